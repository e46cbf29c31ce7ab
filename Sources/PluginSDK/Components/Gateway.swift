/// Connects the host with a place where people write messages (RS-11).
///
/// Inbound messages and readiness go the other way, by the service `ph.gateways/1`.
public struct Gateway<Instance: AnyObject>: Sendable {
    let parts: [Components<Instance>.Part]

    /// Creates a gateway.
    ///
    /// - Parameters:
    ///   - name: 1 to 64 of `a-z A-Z 0-9 . _ -`, which no other plugin of the host uses for a gateway.
    ///   - platform: What it leads to, such as `matrix`: made of the same letters.
    ///   - account: Whose messages these are.
    ///   - scope: Which part of the platform it leads to.
    ///   - protocolName: What is spoken there.
    ///   - receives: Whether messages come in by it.
    ///   - send: Sends a message, which is JSON, and gives `{"id":…}` as JSON if the platform has a name for it; `nil` for a
    ///     gateway that sends nothing.
    public init(
        _ name: String,
        platform: String,
        account: String = "",
        scope: String = "",
        protocolName: String = "",
        receives: Bool = true,
        send: (@Sendable (Instance, [UInt8]) throws -> [UInt8]?)?
    ) {
        let declaration = ComponentJSON.Gateway(
            name: name,
            platform: platform,
            account: account,
            scope: scope,
            protocol: protocolName,
            receives: receives,
            sends: send != nil
        )
        let part = Components<Instance>.Part(.gateway(declaration), "ph.send/\(name)") { instance, input, _, answer in
            guard let send else { throw PluginFailure(.methodNotFound, "the gateway '\(name)' sends nothing") }
            if let receipt = try send(instance, input) { try answer.write(receipt) }
        }
        parts = [part]
    }
}
