public import struct FoundationEssentials.Date

/// A message that came in by a gateway, or is to go out by one (RS-11).
public struct GatewayMessage: Hashable, Sendable, Codable {
    /// What doubles are known by, or `nil` if it is never one: two messages of a gateway with one id are the same.
    public var id: String?
    /// The gateway; `nil` for one that the route leads to.
    public var gateway: String?
    /// Where it came from or goes to.
    public var route: GatewayRoute?
    /// The conversation on the platform that it belongs to, such as a room or a connection.
    public var conversation: String?
    /// Who wrote it.
    public var sender: String?
    /// What it says.
    public var text: String
    /// What else is known; `platform`, `account` and `scope` stand for parts of a route that is not given.
    public var metadata: [String: JSONValue]?
    /// When it was written.
    public var time: Date?

    /// Creates a message.
    public init(
        _ text: String,
        gateway: String? = nil,
        route: GatewayRoute? = nil,
        conversation: String? = nil,
        id: String? = nil
    ) {
        self.text = text
        self.gateway = gateway
        self.route = route
        self.conversation = conversation
        self.id = id
    }

    /// What the message itself says of its route, its route before its metadata.
    var routes: [GatewayRoute] {
        (route.map { [$0] } ?? []) + [GatewayRoute(metadata: metadata)]
    }
}
