internal import Glibc
import LinuxSystem

/// The watches that the kernel holds for a plan.
struct WatchSet {
    private struct Entry {
        let number: CInt
        let mask: InotifyEvent.Mask
    }

    private var entries: [WatchPlan.Key: Entry] = [:]
    private var keys: [CInt: WatchPlan.Key] = [:]
    private var plan = WatchPlan()

    /// The watch that an event belongs to; `nil` for events of one that has ended.
    func watch(_ number: CInt) -> WatchPlan.Watch? {
        keys[number].flatMap { plan.watches[$0] }
    }

    /// Whether a path that was watched leads to another directory by now, without an event of the old one.
    var isOutdated: Bool {
        plan.watches.contains { key, watch in
            ((try? FileStatus.of(watch.path)) ?? nil).map(WatchPlan.Key.init) != key
        }
    }

    /// Takes note that the kernel has ended a watch.
    mutating func ended(_ number: CInt) {
        guard let key = keys.removeValue(forKey: number), entries[key]?.number == number else { return }
        entries[key] = nil
    }

    /// Watches what a plan asks for, and nothing else.
    ///
    /// The result says whether the kernel now watches more than when the plan was made, so that the plan has to be checked
    /// again, and by root which watch could not be added.
    mutating func apply(
        _ next: WatchPlan,
        to inotify: Inotify,
        calls: WatchCalls
    ) -> (mustCheck: Bool, failures: [Int: String]) {
        plan = next
        for (key, entry) in entries where next.watches[key] == nil {
            inotify.remove(entry.number)
            entries[key] = nil
            keys[entry.number] = nil
        }
        var mustCheck = next.isOutdated
        var failures: [Int: String] = [:]
        for (key, watch) in next.watches where entries[key]?.mask != watch.mask {
            do throws(SystemCallError) {
                let number = try calls.add(inotify, watch.path, watch.mask)
                // The path may have come to lead to a directory that is watched for another reason.
                if let other = keys[number], other != key { entries[other] = nil }
                entries[key] = Entry(number: number, mask: watch.mask)
                keys[number] = key
                mustCheck = true
            } catch {
                // One that has gone in between: what replaced it is found by the next survey.
                if error.code == ENOENT || error.code == ENOTDIR {
                    mustCheck = true
                    continue
                }
                for root in watch.roots { failures[root] = Self.message(for: watch.path, error) }
            }
        }
        return (mustCheck, failures)
    }

    private static func message(for path: String, _ error: SystemCallError) -> String {
        switch error.code {
        case ENOSPC:
            "\(path) can't be watched: the user's limit of watches is reached; raise fs.inotify.max_user_watches"
        case EACCES:
            "\(path) can't be watched: give the host the right to read it"
        default:
            "\(path) can't be watched (\(error))"
        }
    }
}
