/// What the host bears of a gateway, and what it remembers of its messages (RS-11).
struct MessageLimits: Hashable, Sendable {
    /// How many messages a gateway may bring in a second, on average.
    var perSecond = 100
    /// How many it may bring at once after a quiet time.
    var burst = 200
    /// How many keys of messages are remembered for each gateway.
    var rememberedKeys = 10_000
    /// For how long they are.
    var rememberedFor = Duration.seconds(600)
}

extension HostConfiguration {
    /// What the configuration says of messages.
    var messageLimits: MessageLimits {
        MessageLimits(
            perSecond: messageRate,
            burst: messageBurst,
            rememberedKeys: messageKeys,
            rememberedFor: messageKeyAge
        )
    }
}
