internal import LinuxSystem
internal import Synchronization

/// Lets one complaint of a kind through in a while, and counts the others, so that what fails often does not fill the log.
final class ComplaintLimiter<Subject: Hashable & Sendable>: Sendable {
    private struct Entry {
        var silentUntil: MonotonicInstant
        var held: Int
    }

    private let entries = Mutex<[Subject: Entry]>([:])
    private let pause: Duration

    init(pause: Duration = .seconds(10)) {
        self.pause = pause
    }

    /// What is to be logged of a complaint now; `nil` for nothing.
    func text(_ complaint: String, about subject: Subject, now: MonotonicInstant = .now) -> String? {
        entries.withLock { entries in
            if entries.count > 1000 { entries = entries.filter { $0.value.silentUntil > now } }
            if let entry = entries[subject], entry.silentUntil > now {
                entries[subject]?.held += 1
                return nil
            }
            let held = entries[subject]?.held ?? 0
            entries[subject] = Entry(silentUntil: now.advanced(by: pause), held: 0)
            return held == 0 ? complaint : "\(complaint) (and \(held) more like this before)"
        }
    }
}
