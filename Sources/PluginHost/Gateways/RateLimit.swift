internal import LinuxSystem

/// A bucket that fills at a rate and is emptied by messages; it has no clock.
struct RateLimit: Sendable {
    private let perSecond: Double
    private let burst: Double
    private var tokens: Double
    private var filled: MonotonicInstant?

    init(perSecond: Double, burst: Double) {
        self.perSecond = perSecond
        self.burst = burst
        tokens = burst
    }

    /// Takes one message out, if there is one in it.
    mutating func allows(now: MonotonicInstant) -> Bool {
        if let filled, filled < now {
            tokens = min(burst, tokens + filled.duration(to: now).inSeconds * perSecond)
        }
        filled = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
