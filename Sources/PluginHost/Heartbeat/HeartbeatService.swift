/// Lets plugins report how they are: the service `ph.heartbeat/1` (CH-3).
///
/// From its first report on, a generation has to go on reporting, or is in error; until then the host speaks for it.
struct HeartbeatService: HostService {
    let name = "ph.heartbeat/1"
    let permission: Permission? = nil
    let monitor: HeartbeatMonitor
    let plugins: PluginHeartbeats

    func serve(_ request: ServiceRequest) throws(PluginError) -> [UInt8] {
        switch request.method {
        case "alive": plugins.report(nil, of: request.plugin, generation: request.generation)
        case "error":
            let text = String(decoding: request.input.prefix(4096), as: UTF8.self)
            plugins.report(
                text.isEmpty ? "it reported an error and did not say which" : text,
                of: request.plugin,
                generation: request.generation
            )
        default:
            throw PluginError(
                code: .methodNotFound,
                message: "\(name) has no method \(CronExpression.Fault.quoted(request.method)); it has alive and error"
            )
        }
        return []
    }
}
