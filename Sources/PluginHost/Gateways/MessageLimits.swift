/// What the host bears of a gateway, and what it remembers of its messages (RS-11).
public struct MessageLimits: Hashable, Sendable {
    /// How many messages a gateway may bring in a second, on average.
    public var perSecond = 100
    /// How many it may bring at once after a quiet time.
    public var burst = 200
    /// How many keys of messages are remembered for each gateway.
    public var rememberedKeys = 10_000
    /// For how long they are.
    public var rememberedFor = Duration.seconds(600)

    /// Creates the usual limits.
    public init() {}
}
