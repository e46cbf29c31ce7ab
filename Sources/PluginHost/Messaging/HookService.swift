internal import CPluginABI

/// Lets plugins run the hooks of a stage: the method is the stage, input and answer are JSON (RS-10).
struct HookService: HostService {
    let hooks: HookTable

    var name: String { PH_HOOKS_V1 }
    var permission: Permission? { .runHooks }

    func serve(_ request: ServiceRequest) throws(PluginError) -> [UInt8] {
        try request.refuseOnTrial()
        return try hooks.run(request.method, request.input, until: request.deadline).value
    }
}
