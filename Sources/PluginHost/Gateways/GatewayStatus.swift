/// How a gateway stands, and what became of its messages (RS-11).
public struct GatewayStatus: Hashable, Sendable, Codable {
    /// What became of a gateway's messages.
    public struct Counts: Hashable, Sendable, Codable {
        /// Those that came in and were published.
        public var received: UInt64 = 0
        /// Those that came in once more.
        public var doubles: UInt64 = 0
        /// Those that were more than the gateway may bring in a second.
        public var limited: UInt64 = 0
        /// Those that were refused for another reason.
        public var refused: UInt64 = 0
        /// Those that went out.
        public var sent: UInt64 = 0
        /// Those that the gateway could not send.
        public var failed: UInt64 = 0
    }

    /// Its name; no other plugin's gateway has it.
    public var name: String
    /// The plugin that it is part of.
    public var plugin: String
    /// Where its messages come from and go to: what it said when it became ready, before its declaration.
    public var route: GatewayRoute
    /// How it talks to the platform, in words for people.
    public var `protocol`: String
    /// Whether it brings messages in.
    public var receives: Bool
    /// Whether it sends messages out.
    public var sends: Bool
    /// Whether it says that it can do so now.
    public var isReady: Bool
    /// What became of its messages.
    public var counts: Counts
}

/// What became of a message that was to go out.
public struct SendReceipt: Hashable, Sendable, Codable {
    /// The gateway that it went by.
    public var gateway: String
    /// What the platform calls the message, if the gateway says so.
    public var id: String?
}

/// What became of a message that came in.
struct ReceiveReceipt: Hashable, Sendable, Codable {
    var accepted: Bool
    /// Why not; `double` for one that came before.
    var reason: String?
    var route: GatewayRoute?
}
