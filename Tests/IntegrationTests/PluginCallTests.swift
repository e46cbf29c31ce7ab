import Foundation
import PluginHost
import TestSupport
import Testing

/// Plugins that call each other by the host (PL-6).
@Suite("A plugin that calls another", .limited, .timeLimit(.minutes(10)))
struct PluginCallTests {
    let shop: Workshop
    private static let both = [Isolation.inProcess, .process]

    init() throws { shop = try Workshop() }

    private func granting(
        _ isolation: Isolation,
        _ change: (inout HostConfiguration) -> Void = { _ in }
    ) -> HostConfiguration {
        shop.isolated(isolation) {
            $0.permissions = PermissionPolicy([.init(plugins: "*", grant: ["call:*", "state.shared"])])
            change(&$0)
        }
    }

    private static func ask(_ plugin: String, _ method: String, _ input: String = "") -> String {
        "ph.plugins/1 \(plugin)/\(method)\n\(input)"
    }

    @Test("gets its answer, or the other's own status and message", arguments: both, both)
    func answers(caller: Isolation, callee: Isolation) async throws {
        try shop.install("id=a;perms=call:b,call:c", as: "liba.so")
        try shop.install("id=b", as: "libb.so")
        let configuration = granting(caller) { $0.plugins["b"] = PluginSettings(isolation: callee) }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("ask", Self.ask("b", "echo", "hello")) == "hello")
            let own = await #expect(throws: PluginError.self) { try await test.call("ask", Self.ask("b", "failcode")) }
            #expect(own?.status == 1234)
            #expect(own?.message.contains("b: failcode: asked to fail with a code") == true)
            let none = await #expect(throws: PluginError.self) { try await test.call("ask", Self.ask("c", "x")) }
            #expect(none?.code == .notFound && none?.message.contains("there is no plugin c") == true)
            let reserved = await #expect(throws: PluginError.self) {
                try await test.call("ask", Self.ask("b", "ph.action/x"))
            }
            #expect(reserved?.code == .methodNotFound)
            let nonsense = await #expect(throws: PluginError.self) {
                try await test.call("ask", "ph.plugins/1 nobody\n")
            }
            #expect(nonsense?.code == .badPayload)
        }
    }

    @Test("sends and gets large inputs and answers, up to a limit that it is told", arguments: both)
    func large(isolation: Isolation) async throws {
        try shop.install(try Workshop.product("Contributor"), as: "libc.so")
        try shop.install("id=b", as: "libb.so")
        try await TestHost.run(granting(isolation)) { test async throws in
            let handle = try await test.host.plugin("contributor")
            let large = (0..<(5 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let head = Array("b echo\n".utf8)
            let answer = try await OnThread { try handle.call("call", head + large) }.value
            #expect(answer == large)
            let tooLarge = [UInt8](repeating: 0, count: 17 << 20)
            let refused = OnThread { () throws -> String in
                do throws(PluginError) {
                    return "\(try handle.call("call", head + tooLarge).count) bytes"
                } catch {
                    return "\(error)"
                }
            }
            let text = try await refused.value
            #expect(text.hasPrefix("bad-payload") && text.contains("16777216 at most"), "\(text)")
        }
    }

    @Test("needs a permission for each, which the refusal names", arguments: both)
    func permissions(isolation: Isolation) async throws {
        try shop.install("id=a;perms=call:c", as: "liba.so")
        try shop.install("id=b", as: "libb.so")
        try await TestHost.run(granting(isolation)) { test async throws in
            let error = await #expect(throws: PluginError.self) { try await test.call("ask", Self.ask("b", "echo")) }
            #expect(error?.code == .unauthorised && error?.message.contains("'call:b'") == true)
            // An interface as a whole that is not granted is not there, and the log says why.
            #expect(try await test.call("interface", "ph.shared-state/1") == "none")
            #expect(try await test.call("interface", "ph.nothing/1") == "none")
            #expect(try await test.call("interface", "ph.plugins/1") == "granted")
            try await test.until("the log says so") {
                test.log.contains { $0.message.contains("'state.shared' is not") }
            }
        }
    }

    @Test("in a circle is refused with the path named, wherever they run", arguments: both, both)
    func circle(first: Isolation, second: Isolation) async throws {
        try shop.install("id=a;perms=call:*;concurrent=1", as: "liba.so")
        try shop.install("id=b;perms=call:*;concurrent=1", as: "libb.so")
        let configuration = granting(first) { $0.plugins["b"] = PluginSettings(isolation: second) }
        try await TestHost.run(configuration) { test async throws in
            let inner = Self.ask("a", "value")
            let error = await #expect(throws: PluginError.self) {
                try await test.call("ask", Self.ask("b", "ask", inner))
            }
            #expect(error?.message.contains("a → b → a") == true, "\(error?.message ?? "")")
            // The chain is over with the call.
            #expect(try await test.call("ask", Self.ask("b", "value")) == "0")
        }
    }

    @Test("waits no longer than the call that it serves")
    func deadlines() async throws {
        try shop.install("id=a;perms=call:b", as: "liba.so")
        try shop.install("id=b", as: "libb.so")
        let configuration = granting(.process) { $0.plugins["a"] = PluginSettings(isolation: .inProcess) }
        try await TestHost.run(configuration) { test async throws in
            let handle = try await test.host.plugin("a")
            let end = shop.root + "/end"
            let request = Self.ask("b", "block", end)
            let late = OnThread { () throws -> String in
                do throws(PluginError) {
                    return try handle.call("ask", text: request, timeout: .milliseconds(300))
                } catch {
                    return error.code.name
                }
            }
            #expect(try await late.value == "timed-out")
            _ = FileManager.default.createFile(atPath: end, contents: nil)
        }
    }

    @Test(
        "can be reloaded while it waits, and serves those without whom its call would not end (HR-4)",
        arguments: both
    )
    func reloads(isolation: Isolation) async throws {
        try shop.install("id=a;perms=call:*;concurrent=1;tag=1", as: "liba.so")
        try shop.install("id=b;perms=call:*;concurrent=1", as: "libb.so")
        try await TestHost.run(granting(isolation)) { test async throws in
            let (a, b) = (try await test.host.plugin("a"), try await test.host.plugin("b"))
            let end = shop.root + "/end"
            let request = Self.ask("b", "block", end)
            let waiting = OnThread { try a.call("ask", text: request) }
            try await test.until("the call is in b") { try await test.status("b").inFlight == 1 }
            try shop.install("id=a;perms=call:*;concurrent=1;tag=2", as: "liba.so")
            // A call of a user's is held, and one of a plugin's is not: a's own call could be waiting for it.
            let held = OnThread {
                var answer = try a.call("tag")
                while answer == Array("1".utf8) { answer = try a.call("tag") }
                return answer
            }
            try await test.until("a is drained") { try await test.status().heldCalls == 1 }
            let nested = Self.ask("a", "tag")
            #expect(try await OnThread { try b.call("ask", text: nested) }.value == "1")
            _ = FileManager.default.createFile(atPath: end, contents: nil)
            _ = try await waiting.value
            #expect(try await held.value == Array("2".utf8))
        }
    }

    @Test("and whose runner dies while it waits leaves the host and the other as they were")
    func death() async throws {
        let trap = shop.root + "/trap"
        try shop.install("id=a;perms=call:*;concurrent=1;crash=execute;while=\(trap)", as: "liba.so")
        try shop.install("id=b;concurrent=1", as: "libb.so")
        try await TestHost.run(granting(.process)) { test async throws in
            let a = try await test.host.plugin("a")
            let end = shop.root + "/end"
            let request = Self.ask("b", "block", end)
            let waiting = OnThread { () throws -> String in
                do throws(PluginError) { return try a.call("ask", text: request) } catch { return error.code.name }
            }
            try await test.until("the call is in b") { try await test.status("b").inFlight == 1 }
            _ = FileManager.default.createFile(atPath: trap, contents: nil)
            await #expect(throws: PluginError.self) { try await test.call("value") }
            #expect(try await waiting.value == "crashed")
            try FileManager.default.removeItem(atPath: trap)
            _ = FileManager.default.createFile(atPath: end, contents: nil)
            try await test.until(.restarted)
            #expect(try await test.call("ask", Self.ask("b", "value")) == "0")
        }
    }

    @Test("and still waits when the host stops does not keep it from stopping", arguments: both)
    func stops(isolation: Isolation) async throws {
        try shop.install("id=a;perms=call:*", as: "liba.so")
        try shop.install("id=b", as: "libb.so")
        let end = shop.root + "/end"
        let configuration = granting(isolation) { $0.drainTimeout = .milliseconds(200) }
        var waiting: OnThread<String>?
        try await TestHost.run(configuration) { test async throws in
            let a = try await test.host.plugin("a")
            let request = Self.ask("b", "block", end)
            waiting = OnThread { () throws -> String in
                do throws(PluginError) { return try a.call("ask", text: request) } catch { return error.code.name }
            }
            try await test.until("the call is in b") { try await test.status("b").inFlight == 1 }
        }
        _ = FileManager.default.createFile(atPath: end, contents: nil)
        let outcome = try await waiting?.value
        #expect(isolation == .inProcess ? outcome == "" : outcome != nil)
    }
}
