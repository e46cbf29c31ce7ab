internal import Glibc
import LinuxSystem

/// The watches on files that have more than one name: what is done by a name elsewhere, the directory does not tell.
struct LinkedFiles {
    private struct Entry: Hashable {
        let key: WatchPlan.Key
        let number: CInt
    }

    private var entries: [String: Entry] = [:]
    private var paths: [CInt: Set<String>] = [:]

    /// The files that an event is about.
    func paths(of number: CInt) -> Set<String> {
        paths[number] ?? []
    }

    /// Watches a file if it has other names, and no other file in its place.
    ///
    /// The result says whether a watch was added: what the status says may be older than the watch. Where one can't be
    /// added, changes by other names are only found by the next scan.
    mutating func update(
        _ path: String,
        _ status: FileStatus,
        on inotify: Inotify?,
        calls: WatchCalls
    ) -> Bool {
        let key = status.links > 1 ? WatchPlan.Key(status) : nil
        guard entries[path]?.key != key else { return false }
        forget(path, on: inotify)
        guard let key, let inotify, let number = try? calls.add(inotify, path, [.modified, .closedAfterWriting]) else {
            return false
        }
        entries[path] = Entry(key: key, number: number)
        paths[number, default: []].insert(path)
        return true
    }

    /// Ends the watch of a file that is gone, or has one name only.
    mutating func forget(_ path: String, on inotify: Inotify?) {
        guard let entry = entries.removeValue(forKey: path) else { return }
        paths[entry.number]?.remove(path)
        guard paths[entry.number]?.isEmpty == true else { return }
        paths[entry.number] = nil
        inotify?.remove(entry.number)
    }

    /// Takes note that the kernel has ended a watch.
    mutating func ended(_ number: CInt) {
        for path in paths.removeValue(forKey: number) ?? [] { entries[path] = nil }
    }
}
