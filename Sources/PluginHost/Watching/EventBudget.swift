package import LinuxSystem

/// Counts events by the second, so that a flood of them becomes one scan (HR-2).
package struct EventBudget: Sendable {
    private let limit: Int
    private var start: MonotonicInstant?
    private var count = 0

    package init(eventsPerSecond limit: Int) {
        self.limit = max(1, limit)
    }

    /// Takes one event; the result is `nil` if it can be handled, and else the end of the second.
    package mutating func take(now: MonotonicInstant) -> MonotonicInstant? {
        if let start, now < start.advanced(by: .seconds(1)) {
            guard count < limit else { return start.advanced(by: .seconds(1)) }
            count += 1
        } else {
            start = now
            count = 1
        }
        return nil
    }
}
