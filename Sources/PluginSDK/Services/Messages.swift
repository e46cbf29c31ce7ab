internal import CPluginABI

/// The messages that go in and out by gateways (RS-11).
///
/// Needs the permission `gateways`. What connects the host with a platform is a ``Gateway``.
public struct Messages: Sendable {
    private struct Readiness: Encodable {
        var gateway: String
        var platform: String?
        var account: String?
        var scope: String?
    }

    private struct Received: Decodable {
        var accepted: Bool
    }

    private struct Sent: Decodable {
        var id: String?
    }

    private let context: PluginContext

    init(_ context: PluginContext) { self.context = context }

    /// Says that a gateway of this plugin takes messages from now on; what its declaration leaves open can be said as well.
    public func ready(
        _ gateway: String,
        platform: String? = nil,
        account: String? = nil,
        scope: String? = nil
    ) throws {
        let said = Readiness(gateway: gateway, platform: platform, account: account, scope: scope)
        _ = try service.request("ready", JSON.encode(said))
    }

    /// Says that a gateway of this plugin takes no messages any more.
    public func notReady(_ gateway: String) throws(PluginFailure) {
        _ = try service.request("not-ready", Array(gateway.utf8))
    }

    /// Hands in a message that came by a gateway of this plugin, which has to be ready.
    ///
    /// The host publishes it as the event `ph.message.received.GATEWAY`.
    ///
    /// - Returns: Whether it did; not if it had a message with this id before.
    /// - Throws: ``PluginFailure`` with `busy` if more come than the host takes, or another code.
    @discardableResult
    public func receive(_ message: GatewayMessage) throws -> Bool {
        let answer = try service.request("receive", JSON.encode(message))
        return try JSON.decode(Received.self, from: answer, failingWith: .failed, "what became of the message").accepted
    }

    /// Sends a message by the gateway that it names or its route leads to, of whichever plugin, and waits until it is sent.
    ///
    /// - Returns: What the platform calls it, if it has a name for it.
    @discardableResult
    public func send(_ message: GatewayMessage, timeout: Duration? = nil) throws -> String? {
        let answer = try service.request("send", JSON.encode(message), timeout: timeout)
        return try JSON.decode(Sent.self, from: answer, failingWith: .failed, "what became of the message").id
    }

    private var service: HostService {
        get throws(PluginFailure) { try context.service(named: PH_GATEWAYS_V1) }
    }
}
