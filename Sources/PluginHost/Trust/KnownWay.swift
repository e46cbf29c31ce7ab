internal import LinuxSystem
internal import Synchronization

/// The way to a directory as it was walked: while every place on it is what it was, it need not be walked name by name.
///
/// Nothing on it is held open, since that would keep file systems from being unmounted. That the places are looked up one
/// after the other is as good as the walk: only who is trusted can change a way that is.
struct KnownWay: Sendable {
    /// The directory, without links.
    let path: String
    let places: [TrustPlace]
    private let others: [(path: String, status: FileStatus)]
    private let last: FileStatus

    /// Takes a way that was walked; `nil` if a link is on it, which tells by nothing that it was turned.
    init?(to path: String, _ places: [TrustPlace], _ statuses: [FileStatus]) {
        guard !places.contains(where: { $0.role == .link }),
            let index = places.lastIndex(where: { $0.path == path && $0.role == .directory })
        else { return nil }
        self.path = path
        self.places = places
        others = zip(places, statuses).enumerated().filter { $0.offset != index }.map { ($1.0.path, $1.1) }
        last = statuses[index]
    }

    /// The directories above the one at the end, if the kernel notices all that happens to them.
    var watchable: [String]? {
        let paths = others.map(\.path)
        let areLocal = paths.allSatisfy { (try? FileSystemKind.of(directory: $0))?.noticesChanges == true }
        return areLocal ? paths : nil
    }

    /// The directory at the end; `nil` if anything on the way has changed.
    ///
    /// What is above it need not be looked at if it was watched since it was looked at last.
    func end(isWatched: Bool) -> PlaceDescriptor? {
        for (path, status) in isWatched ? [] : others {
            guard let now = (try? FileStatus.of(path, followingLinks: false)) ?? nil, now.isSamePlace(as: status) else {
                return nil
            }
        }
        guard let end = try? PlaceDescriptor.at(path), end.status.isSamePlace(as: last) else { return nil }
        return end
    }
}

extension FileStatus {
    /// Whether it is the same thing, which the same users may change; what lies in a directory may differ.
    fileprivate func isSamePlace(as other: FileStatus) -> Bool {
        let isSame =
            device == other.device && inode == other.inode && kind == other.kind && owner == other.owner
            && group == other.group && permissions == other.permissions
        // Of an access control list only the time of the last change tells.
        return isSame && (!TrustWalk.matters(self) || changed == other.changed)
    }
}

/// The ways to plugin directories that were walked before.
final class KnownWays: Sendable {
    private struct Known {
        let way: KnownWay
        /// What can be watched of it; `nil` if it has to be looked at each time.
        var watchable: [String]?
        /// The moment since which nothing has happened, if that is still the present one.
        var since: UInt64?
    }

    /// More directories than these no host watches; one that does walks.
    private static let limit = 64

    private let ways = Mutex<[String: Known]>([:])
    private let watch: PlaceWatch

    init(_ watch: PlaceWatch = .shared) {
        self.watch = watch
    }

    /// Follows a path, along a way that is known if it has not changed.
    func walk(_ path: String) -> TrustWalk {
        guard path.hasPrefix("/") else { return TrustWalk(path) }
        let directory = path.parentPath
        if let known = ways.withLock({ $0[directory] }), let walk = walk(path.lastName, along: known, to: directory) {
            return walk
        }
        let walk = TrustWalk(path)
        ways.withLock { ways in
            if ways.count >= Self.limit { ways = [:] }
            ways[directory] = walk.way.map { Known(way: $0, watchable: $0.watchable) }
        }
        return walk
    }

    private func walk(_ name: String, along known: Known, to directory: String) -> TrustWalk? {
        if known.since == watch.moment { return TrustWalk(name, along: known.way, isWatched: true) }
        // Watched first and looked at after, so that nothing is missed in between.
        let since = known.watchable.flatMap(watch.add)
        guard let walk = TrustWalk(name, along: known.way, isWatched: false) else { return nil }
        ways.withLock { ways in
            ways[directory]?.since = since
            if since == nil { ways[directory]?.watchable = nil }
        }
        return walk
    }
}
