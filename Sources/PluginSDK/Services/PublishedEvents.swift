internal import CPluginABI

/// The events that plugins of a host publish to each other's handlers (RS-10).
///
/// Every plugin may publish, unless the operator denies `events.emit`. What takes events is an ``EventHandler``.
public struct PublishedEvents: Sendable {
    private let context: PluginContext

    init(_ context: PluginContext) { self.context = context }

    /// Publishes an event, and does not wait for those who handle it.
    ///
    /// - Parameters:
    ///   - topic: Words joined by points, such as `order.created`; those that begin with `ph.` are the host's own.
    ///   - data: What it carries.
    /// - Throws: ``PluginFailure`` with `badPayload` for what is no topic, `unauthorised`, or `busy` if a handler that must
    ///   not miss one has no room left.
    public func publish(_ topic: String, _ data: [UInt8] = []) throws(PluginFailure) {
        _ = try context.service(named: PH_EVENTS_V1).request("publish", Array("\(topic)\n".utf8) + data)
    }

    /// Publishes an event that carries a value as JSON.
    public func publish(_ topic: String, json value: some Encodable) throws {
        try publish(topic, JSON.encode(value))
    }
}
