internal import CPluginABI

/// How this plugin says itself that it is alive (CH-3).
///
/// From its first report on it has to go on, each `heartbeatInterval` of the host, or it is in error. Until then the host
/// speaks for it.
public struct Heartbeat: Sendable {
    private let context: PluginContext

    init(_ context: PluginContext) { self.context = context }

    /// Reports that all is well.
    public func alive() throws(PluginFailure) {
        _ = try context.service(named: PH_HEARTBEAT_V1).request("alive")
    }

    /// Reports what is wrong, which holds until the next ``alive()``.
    public func fail(_ reason: String) throws(PluginFailure) {
        _ = try context.service(named: PH_HEARTBEAT_V1).request("error", Array(reason.utf8))
    }
}
