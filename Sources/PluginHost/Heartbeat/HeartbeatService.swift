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
        case "alive": try report(nil, request)
        case "error":
            let text = String(decoding: request.input.prefix(4096), as: UTF8.self)
            try report(text.isEmpty ? "it reported an error and did not say which" : text, request)
        default:
            throw PluginError(
                code: .methodNotFound,
                message: "\(name) has no method \(CronExpression.Fault.quoted(request.method)); it has alive and error"
            )
        }
        return []
    }

    private func report(_ error: String?, _ request: ServiceRequest) throws(PluginError) {
        try request.perform { [plugins, plugin = request.plugin, generation = request.generation] in
            plugins.report(error, of: plugin, generation: generation)
        }
    }
}
