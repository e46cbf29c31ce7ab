internal import CPluginABI

/// Calls from plugin to plugin: the method is `ID/METHOD`, input and answer are those of the call (PL-6).
struct PluginsService: HostService {
    let caller: PluginCaller

    var name: String { PH_PLUGINS_V1 }
    /// Each plugin that is called needs a permission of its own.
    var permission: Permission? { nil }

    func serve(_ request: ServiceRequest) throws(PluginError) -> [UInt8] {
        let parts = request.method.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init
        )
        guard parts.count == 2, PluginDescriptor.isValid(id: parts[0]), !parts[1].isEmpty else {
            throw PluginError(
                code: .badPayload,
                message:
                    "\(request.plugin): '\(request.method.prefix(200))' names no plugin and method, as ID/METHOD does"
            )
        }
        let (id, method) = (parts[0], parts[1])
        try request.demand(.call(id))
        try ComponentMethod.refuseReserved(method, of: id)
        try request.refuseOnTrial()
        return try caller.call(id, method, request.input, deadline: request.deadline, after: request.chain)
    }
}
