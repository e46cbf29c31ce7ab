internal import Glibc
import LinuxSystem

/// What one watched root consists of at one moment: its files, and what has to be watched to know them.
struct WatchSurvey: Hashable {
    /// Why a root can't be watched as it should be.
    enum Trouble: Hashable {
        /// It is not there; whether it comes is seen by events.
        case missing(String)
        /// It can only be scanned now and then.
        case unwatchable(String)

        var message: String {
            switch self {
            case .missing(let message), .unwatchable(let message): message
            }
        }
    }

    private(set) var plan = WatchPlan()
    /// The paths that may be plugin files, in no order.
    private(set) var files: Set<String> = []
    /// Those of them that are symbolic links.
    private(set) var links: Set<String> = []
    private(set) var trouble: Trouble?
    /// Whether changes may go unnoticed, so that it has to be scanned now and then.
    private(set) var needsScans = false

    /// Looks at a root; the path is absolute.
    init(of path: String, root: Int, policy: WatchPolicy, calls: WatchCalls) {
        let walk = PathWalk(path)
        plan.add(walk, root: root)
        switch walk.end {
        case .directory(let directory):
            survey(directory, knownAs: path, root: root, policy: policy, calls: calls)
        case .missing:
            trouble = .missing("\(path) does not exist; the host waits for it")
        case .file:
            // It may be replaced by a directory.
            plan.add(PathWalk(path + "/."), root: root)
            trouble = .unwatchable("\(path) is not a directory")
            needsScans = true
        case .failed(let error):
            trouble = .unwatchable("\(path) can't be reached (\(error)); give the host the right to read it")
            needsScans = true
        }
    }

    private mutating func survey(
        _ directory: String,
        knownAs path: String,
        root: Int,
        policy: WatchPolicy,
        calls: WatchCalls
    ) {
        plan.addContent(of: directory, knownAs: path, root: root)
        checkKind(of: directory, calls: calls)
        let entries: [DirectoryEntry]
        do throws(SystemCallError) {
            entries = try DirectoryEntry.list(directory)
        } catch {
            // One that has gone in between is missing at the next look, which its events bring about.
            guard error.code != ENOENT else { return }
            trouble = .unwatchable("\(path) can't be read (\(error)); give the host the right to read it")
            needsScans = true
            return
        }
        for entry in entries {
            let file = path.appendingName(entry.name)
            let inner = directory.appendingName(entry.name)
            let kind = entry.kind ?? (try? FileStatus.of(inner, followingLinks: false))?.kind
            if policy.accepts(entry.name), kind != .directory {
                files.insert(file)
                if kind == .symbolicLink { addLink(entry.name, in: directory, file: file, root: root, calls: calls) }
            } else if policy.isRecursive, kind == .directory, !entry.name.hasPrefix(".."), !policy.ignores(entry.name) {
                survey(inner, knownAs: file, root: root, policy: policy, calls: calls)
            }
        }
    }

    private mutating func addLink(_ name: String, in directory: String, file: String, root: Int, calls: WatchCalls) {
        links.insert(file)
        let walk = PathWalk([name], in: directory)
        plan.add(walk, root: root)
        if case .file(let directory, let name) = walk.end {
            plan.addTarget(name, in: directory, of: file, root: root)
            checkKind(of: directory, calls: calls)
        }
    }

    private mutating func checkKind(of directory: String, calls: WatchCalls) {
        guard !needsScans, let kind = try? calls.kind(directory) else { return }
        needsScans = !kind.noticesChanges
    }
}
