import Glibc
import LinuxSystem
import RunnerSandbox
import Synchronization
import Testing

@Suite("The calls that put a sandbox up")
struct SandboxCallsTests {
    /// Calls that take nothing, note that they were made, and fail where they are told to.
    private final class Script: Sendable {
        let made = Mutex<[String]>([])
        let failing: String?

        init(failing: String? = nil) {
            self.failing = failing
        }

        var calls: SandboxCalls {
            var calls = SandboxCalls.none
            calls.forbidPrivileges = { () throws(SystemCallError) in try self.make("prctl") }
            calls.dropCapabilities = { () throws(SystemCallError) in try self.make("capset") }
            calls.restrict = { (_) throws(SystemCallError) in try self.make("landlock_restrict_self") }
            calls.lower = { (_, _, _) throws(SystemCallError) in try self.make("setrlimit") }
            return calls
        }

        private func make(_ call: String) throws(SystemCallError) {
            made.withLock { $0.append(call) }
            guard call != failing else { throw SystemCallError(call: call, code: EPERM) }
        }
    }

    private static let rules = SandboxRules(limits: SandboxLimits(coreSize: 0))
    static let order = ["prctl", "capset", "landlock_restrict_self", "setrlimit"]

    @Test("are made in an order in which none stands in the way of the next", .enabled(if: hasLandlock, "no Landlock"))
    func inOrder() throws {
        let script = Script()
        _ = try Sandbox.apply(Self.rules, support: .probe(), calls: script.calls)
        #expect(script.made.withLock { $0 } == Self.order)
    }

    @Test("stop at the first that fails, and tell which", .enabled(if: hasLandlock, "no Landlock"), arguments: order)
    func failure(call: String) throws {
        let script = Script(failing: call)
        let error = #expect(throws: SandboxError.self) {
            _ = try Sandbox.apply(Self.rules, support: .probe(), calls: script.calls)
        }
        guard case .failed(_, let cause) = try #require(error) else {
            Issue.record("it says \(String(describing: error))")
            return
        }
        #expect(cause.code == EPERM && cause.call == call)
        #expect(script.made.withLock { $0.last } == call)
    }

    @Test("are not made where a thread would keep what is taken")
    func threads() {
        let script = Script()
        var calls = script.calls
        calls.threads = { 2 }
        #expect(throws: SandboxError.severalThreads(2)) {
            _ = try Sandbox.apply(Self.rules, support: .probe(), calls: calls)
        }
        #expect(script.made.withLock { $0 } == [])
    }

    static var hasLandlock: Bool { SandboxSupport.probe().landlockVersion > 0 }
}
