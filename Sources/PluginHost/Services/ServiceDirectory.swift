internal import CPluginABI
internal import LinuxSystem
internal import PluginLoading

/// The services of a host, and the way of a plugin to them: found by name, checked against what it is granted (RS-13).
struct ServiceDirectory: Sendable {
    private let services: [String: any HostService]
    /// How long a request may take that says nothing of it.
    private let patience: Duration

    init(_ services: [any HostService], patience: Duration) {
        self.services = Dictionary(services.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.patience = patience
    }

    /// Whether a plugin is offered a service; if not for lack of a permission, the log says which.
    func offers(_ name: String, by gate: PermissionGate) -> Bool {
        guard let service = services[name] else { return false }
        return service.permission.map { gate.allows($0) } ?? true
    }

    /// The names of what a plugin is offered.
    func offered(by gate: PermissionGate) -> [String] {
        services.values.filter { $0.permission.map { gate.wouldAllow($0) } ?? true }.map(\.name).sorted()
    }

    /// Serves what an instance asks for, on a thread that may wait.
    func serve(
        _ call: ServiceCall,
        of plugin: String,
        _ generation: UInt64,
        by gate: PermissionGate,
        as standing: Standing
    ) -> ServiceAnswer {
        do throws(PluginError) {
            guard let service = services[call.service] else {
                let known = services.keys.sorted().joined(separator: ", ")
                throw PluginError(
                    code: .notFound,
                    message: "there is no service \(call.service); this host has \(known.isEmpty ? "none" : known)"
                )
            }
            if let permission = service.permission { try gate.demand(permission) }
            let chain = CallChains.chain(call.chain, of: plugin)
            let deadline =
                call.deadline == 0 ? .now.advanced(by: patience) : MonotonicInstant(nanoseconds: call.deadline)
            let request = ServiceRequest(
                plugin: plugin,
                generation: generation,
                method: call.method,
                input: call.input,
                deadline: deadline,
                chain: chain,
                permits: { gate.allows($0) },
                standing: standing
            )
            let answer = try CallChains.within(chain, deadline: deadline.nanoseconds) { () throws(PluginError) in
                try service.serve(request)
            }
            return ServiceAnswer(status: PH_OK, bytes: answer)
        } catch {
            return ServiceAnswer(status: error.abiStatus, error.message)
        }
    }
}
