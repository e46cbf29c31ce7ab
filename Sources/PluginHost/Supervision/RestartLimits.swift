/// How often, and how soon, something that ended by itself is started again (RS-7).
public struct RestartLimits: Hashable, Sendable {
    /// How many restarts there may be in a row.
    public var maximumRestarts: Int
    /// A time in which there may be no more restarts than that either, in a row or not.
    ///
    /// `nil` sets no such limit.
    public var period: Duration?
    /// How long the second restart in a row waits; the first comes at once.
    ///
    /// What ends within 50 ms waits for 50 ms at least, and its row goes on, whatever the limits are.
    public var initialDelay: Duration
    /// How long a restart waits at most; each in a row waits twice as long as the one before.
    public var maximumDelay: Duration
    /// How long it has to run for the row to be over.
    public var stableTime: Duration

    /// Creates limits; the defaults are those of RS-7.
    public init(
        maximumRestarts: Int = 3,
        period: Duration? = nil,
        initialDelay: Duration = .milliseconds(100),
        maximumDelay: Duration = .seconds(30),
        stableTime: Duration = .seconds(30)
    ) {
        self.maximumRestarts = maximumRestarts
        self.period = period
        self.initialDelay = initialDelay
        self.maximumDelay = maximumDelay
        self.stableTime = stableTime
    }
}
