/// A message that came in by a gateway, or is to go out by one (RS-11).
public struct GatewayMessage: Hashable, Sendable, Codable {
    /// What doubles are known by; `nil` if it is never one.
    public var id: String?
    /// The gateway; `nil` for one that its route leads to.
    public var gateway: String?
    /// The conversation on the platform that it belongs to, such as a room or a connection.
    public var conversation: String?
    /// Who wrote it.
    public var sender: String?
    /// What it says.
    public var text: String

    /// Creates a message.
    public init(
        _ text: String,
        gateway: String? = nil,
        conversation: String? = nil,
        sender: String? = nil,
        id: String? = nil
    ) {
        self.text = text
        self.gateway = gateway
        self.conversation = conversation
        self.sender = sender
        self.id = id
    }

    /// Reads the message that a ``Gateway`` is to send.
    public init(json: [UInt8]) throws(PluginFailure) {
        self = try JSON.decode(GatewayMessage.self, from: json, failingWith: .badPayload, "the message")
    }
}
