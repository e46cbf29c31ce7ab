import LinuxSystem

/// Which directories have to be watched, and what their events mean.
struct WatchPlan: Hashable {
    /// A directory, whatever its paths are.
    struct Key: Hashable {
        let device: UInt64
        let inode: UInt64

        init(_ status: FileStatus) {
            device = status.device
            inode = status.inode
        }
    }

    /// One directory and all the reasons to watch it.
    struct Watch: Hashable {
        /// A path of the directory.
        let path: String
        var mask: InotifyEvent.Mask
        /// The names under which plugin files of this directory are known: watched directories, by their own paths.
        var contentOf: Set<String> = []
        /// Entries that decide where paths lead, with the roots that are to be scanned when they change.
        var names: [String: Set<Int>] = [:]
        /// Entries that symbolic links point at, with the paths of those links.
        var targets: [String: Set<String>] = [:]
        /// The roots that are to be scanned when the directory itself goes away.
        var roots: Set<Int> = []
    }

    private(set) var watches: [Key: Watch] = [:]
    /// Whether something has gone while the plan was made, so that the plan misses a watch.
    private(set) var isOutdated = false

    /// The rights of each directory on the way decide whether what it leads to is trusted.
    private static let base: InotifyEvent.Mask = [.selfDeleted, .selfMoved, .attributes, .onlyDirectory]
    private static let entries: InotifyEvent.Mask = [.created, .deleted, .movedFrom, .movedTo]
    private static let contents: InotifyEvent.Mask = [.modified, .closedAfterWriting, .excludeUnlinked]

    /// Watches the places that decide where a path of the root leads.
    mutating func add(_ walk: PathWalk, root: Int) {
        for step in walk.steps {
            add(step.directory, mask: step.name == nil ? [] : Self.entries, root: root) { watch in
                if let name = step.name { watch.names[name, default: []].insert(root) }
            }
        }
    }

    /// Watches all that happens in a directory.
    mutating func addContent(of directory: String, knownAs path: String, root: Int) {
        add(directory, mask: Self.entries.union(Self.contents), root: root) { $0.contentOf.insert(path) }
    }

    /// Watches a file that a symbolic link leads to.
    mutating func addTarget(_ name: String, in directory: String, of link: String, root: Int) {
        add(directory, mask: Self.entries.union(Self.contents), root: root) {
            $0.targets[name, default: []].insert(link)
        }
    }

    /// Adds what another plan watches.
    mutating func merge(_ other: WatchPlan) {
        isOutdated = isOutdated || other.isOutdated
        watches.merge(other.watches) { first, second in
            var both = first
            both.mask.formUnion(second.mask)
            both.contentOf.formUnion(second.contentOf)
            both.names.merge(second.names) { $0.union($1) }
            both.targets.merge(second.targets) { $0.union($1) }
            both.roots.formUnion(second.roots)
            return both
        }
    }

    /// The names of directories that are known by another name already: by that of the root that comes first.
    func otherNames(of roots: [String]) -> Set<String> {
        func rank(_ name: String) -> (Int, String) {
            (roots.firstIndex { name == $0 || name.hasPrefix($0.appendingName("")) } ?? roots.count, name)
        }
        var others: Set<String> = []
        for watch in watches.values where watch.contentOf.count > 1 {
            others.formUnion(watch.contentOf.sorted { rank($0) < rank($1) }.dropFirst())
        }
        return others
    }

    private mutating func add(
        _ directory: String,
        mask: InotifyEvent.Mask,
        root: Int,
        _ change: (inout Watch) -> Void
    ) {
        let status: FileStatus?
        // That a directory can't be reached is the walk's finding, and does not pass by looking again.
        do { status = try FileStatus.of(directory) } catch { return }
        guard let status, status.kind == .directory else {
            isOutdated = true
            return
        }
        var watch = watches[Key(status)] ?? Watch(path: directory, mask: Self.base)
        watch.mask.formUnion(mask)
        watch.roots.insert(root)
        change(&watch)
        watches[Key(status)] = watch
    }
}
