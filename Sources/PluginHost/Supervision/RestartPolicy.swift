package import LinuxSystem

/// Decides whether something that ended by itself is started again, and when (RS-7).
///
/// The first restart in a row comes at once: most failures are not repeated. From the second on each waits twice as long as
/// the one before, up to a bound. Of each wait the second half is left to chance, so that many which fell together don't come
/// back together. What ends as soon as it has begun is never started without a pause, whatever the limits are.
package struct RestartPolicy: Hashable, Sendable {
    /// What is to be done after an end.
    package enum Decision: Hashable, Sendable {
        case restart(after: Duration)
        case giveUp(GivingUp)
    }

    /// Why there is no restart.
    package enum GivingUp: Hashable, Sendable, CustomStringConvertible {
        /// Nothing is ever restarted.
        case never
        /// It was restarted so often, and never ran for long.
        case inARow(Int, stableTime: Duration)
        /// It was restarted so often within a time.
        case within(Int, Duration)

        package var description: String {
            switch self {
            case .never: "it is not restarted"
            case .inARow(let count, let time):
                "it was restarted \(count) times in a row and never ran for \(DurationText.format(time))"
            case .within(let count, let period):
                "it was restarted \(count) times within \(DurationText.format(period))"
            }
        }
    }

    /// What runs for less has ended at once: its row goes on, and but for the first time it has to wait as long.
    private static let instant = Duration.milliseconds(50)

    private let limits: RestartLimits
    /// How many restarts there were since it last ran for long.
    package private(set) var restartsInARow = 0
    /// When the restarts within the period were decided, the oldest first.
    private var recent: [MonotonicInstant] = []
    /// Since when it runs.
    private var started: MonotonicInstant?

    package init(_ limits: RestartLimits) {
        self.limits = limits
    }

    /// Takes note that it runs, since now.
    package mutating func didStart(at now: MonotonicInstant) {
        started = now
    }

    /// Decides what comes after an end, or after a start that failed.
    ///
    /// - Parameters:
    ///   - now: The moment.
    ///   - random: A number from 0 up to 1 that nobody knows.
    /// - Returns: What is to be done; a restart counts as made.
    package mutating func didEnd(at now: MonotonicInstant, random: Double) -> Decision {
        let ran = started?.duration(to: now) ?? .zero
        if started != nil, ran >= max(limits.stableTime, Self.instant) { restartsInARow = 0 }
        started = nil
        guard limits.maximumRestarts > 0 else { return .giveUp(.never) }
        guard restartsInARow < limits.maximumRestarts else {
            return .giveUp(.inARow(restartsInARow, stableTime: limits.stableTime))
        }
        if let period = limits.period {
            recent.removeAll { $0.duration(to: now) >= period }
            guard recent.count < limits.maximumRestarts else { return .giveUp(.within(recent.count, period)) }
            recent.append(now)
        }
        defer { restartsInARow += 1 }
        let delay = delay(random: random)
        return .restart(after: restartsInARow > 0 && ran < Self.instant ? max(delay, Self.instant) : delay)
    }

    /// Forgets everything: somebody has started it by hand, or another generation has taken its place.
    package mutating func reset() {
        self = RestartPolicy(limits)
    }

    private func delay(random: Double) -> Duration {
        guard restartsInARow > 0 else { return .zero }
        var whole = max(limits.initialDelay, .zero)
        // Stops as soon as the bound is reached, long before anything could overflow.
        for _ in 1..<max(restartsInARow, 1) where whole > .zero && whole < limits.maximumDelay { whole = whole * 2 }
        // Nobody waits longer than this, and in nanoseconds it is a number that can be calculated with.
        whole = max(min(whole, limits.maximumDelay, .seconds(1 << 30)), .zero)
        let chance = random.isFinite ? min(max(random, 0), 1) : 0
        return whole / 2 + .nanoseconds(Int64(Double((whole / 2).wholeNanoseconds) * chance))
    }
}
