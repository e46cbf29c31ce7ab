import CPluginABI
import LinuxSystem
import PluginLoading
import Testing

@testable import PluginHost

@Suite("The services of a host (RS-13)")
struct ServiceDirectoryTests {
    private struct Echo: HostService {
        var name: String { "test/1" }
        var permission: Permission? { .sharedState }

        func serve(_ request: ServiceRequest) throws(PluginError) -> [UInt8] {
            if request.method == "refuse" { throw PluginError(code: .failed, message: "no", status: 1234) }
            if request.method == "chain" { return Array(request.chain.plugins.joined(separator: " ").utf8) }
            if request.method == "call" { try request.demand(.call("b")) }
            return request.input
        }
    }

    private static func gate(_ asked: [String], _ granted: [String]) -> PermissionGate {
        let policy = PermissionPolicy([.init(plugins: "*", grant: granted)])
        return PermissionGate(
            plugin: "a",
            permissions: PluginPermissions(plugin: "a", asked: asked, policy: policy),
            warn: { _ in }
        )
    }

    private let directory = ServiceDirectory([Echo()], patience: .seconds(5))

    private func ask(
        _ method: String,
        _ gate: PermissionGate,
        of service: String = "test/1"
    ) -> (Int32, String) {
        let call = ServiceCall(service: service, method: method, input: Array("in".utf8))
        let answer = directory.serve(call, of: "a", 1, by: gate, as: .serving)
        return (answer.status, String(decoding: answer.bytes, as: UTF8.self))
    }

    @Test("are offered to who is granted them, and serve only those")
    func offers() {
        let granted = Self.gate(["state.shared"], ["state.shared"])
        #expect(directory.offers("test/1", by: granted))
        #expect(directory.offered(by: granted) == ["test/1"])
        #expect(ask("echo", granted) == (PH_OK, "in"))
        #expect(ask("chain", granted) == (PH_OK, "a"))
        let refused = Self.gate(["state.shared"], [])
        #expect(!directory.offers("test/1", by: refused))
        #expect(directory.offered(by: refused).isEmpty)
        let (status, text) = ask("echo", refused)
        #expect(status == PH_UNAUTHORISED)
        #expect(text.contains("'state.shared' is not granted by the host's policy"))
    }

    @Test("say what they lack: an unknown service, a permission of one request, a status of another plugin")
    func refusals() {
        let gate = Self.gate(["state.shared"], ["state.shared"])
        #expect(!directory.offers("other/1", by: gate))
        let (status, text) = ask("echo", gate, of: "other/1")
        #expect(status == PH_NOT_FOUND && text.contains("this host has test/1"))
        let (missing, reason) = ask("call", gate)
        #expect(missing == PH_UNAUTHORISED && reason.contains("'call:b'"))
        #expect(ask("refuse", gate) == (1234, "no"))
    }
}
