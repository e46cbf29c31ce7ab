/// A deadline of which only time counts in which this process ran.
///
/// A process that was stopped, or whose machine was, finds all its deadlines past at once, though what it waits for may have been
/// stopped with it, or has given an answer that nobody could take. Who waits looks at ``nextLook`` at the latest; of a much
/// longer time between two looks no more counts than was to lie between them. Clock-free and pure.
package struct RunningDeadline: Hashable, Sendable {
    private static let longestSlice = Duration.seconds(1)
    private static let shortestSlice = Duration.milliseconds(1)

    /// How long did not count so far.
    package private(set) var lost = Duration.zero
    private var end: MonotonicInstant
    /// When it was looked at last.
    private var seen: MonotonicInstant
    private let slice: Duration

    /// Makes a deadline, from a moment on.
    package init(until end: MonotonicInstant, from now: MonotonicInstant = .now) {
        self.end = end
        seen = now
        slice = min(max(now.duration(to: end) / 8, Self.shortestSlice), Self.longestSlice)
    }

    /// Makes a deadline so long after a moment.
    package init(after limit: Duration, from now: MonotonicInstant = .now) {
        self.init(until: now.advanced(by: limit), from: now)
    }

    /// When it has to be looked at again, at the latest.
    package var nextLook: MonotonicInstant { min(end, seen.advanced(by: slice)) }

    /// Looks at it: says whether it has passed.
    package mutating func hasPassed(at now: MonotonicInstant) -> Bool {
        let gap = seen.duration(to: now)
        // A look that is late because the machine is busy counts in full.
        if gap > slice * 2 {
            lost += gap - slice
            end = end.advanced(by: gap - slice)
        }
        seen = now
        return end <= now
    }
}
