import Foundation
import PluginHost
import Testing

/// Plugins that share a process share its end; what follows from it is for the one who has brought it about.
@Suite("A crash in a group", .limited, .timeLimit(.minutes(10)))
struct GroupCrashTests {
    private let workshop: Workshop
    private var trap: String { workshop.root + "/trap" }

    init() throws { workshop = try Workshop() }

    /// Has calls of a crash until the trap is taken away.
    private func setTrap() throws {
        try Data().write(to: URL(fileURLWithPath: trap))
    }

    private func installBoth() throws {
        try workshop.install("id=a;crash=execute;while=\(trap)", as: "liba.so")
        try workshop.install("id=b;tag=1", as: "libb.so")
    }

    private func crash(_ test: TestHost, times: Int) async throws {
        try setTrap()
        for count in 1...times {
            await #expect(throws: PluginError.self) { try await test.call("increment") }
            try await test.until("crash \(count)") { test.events(.crashed).count { $0.plugin == "a" } == count }
        }
        try FileManager.default.removeItem(atPath: trap)
    }

    @Test("leaves the one down that crashes again and again, and none of the others (RS-7, LM-1)")
    func culprit() async throws {
        try installBoth()
        let configuration = workshop.isolated(.group("g")) { $0.restartLimits.maximumDelay = .milliseconds(10) }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("tag", of: "b") == "1")
            try await crash(test, times: 4)
            try await test.until("a is down") { try await test.status("a").state == "error" }
            #expect(try await test.call("tag", of: "b") == "1")
            try await test.until("b runs") { try await test.status("b").state == "running" }
            #expect(test.events(.restarted).count { $0.plugin == "a" } == 3)
        }
    }

    @Test("is no reason to roll a plugin back that has only shared the process (HR-5)")
    func probation() async throws {
        try installBoth()
        let configuration = workshop.isolated(.group("g")) {
            $0.probation = .seconds(3600)
            $0.probationFailures = 2
            $0.strategy = .manual
        }
        try await TestHost.run(configuration) { test async throws in
            try workshop.install("id=b;tag=2", as: "libb.so")
            #expect(await test.host.reload(["b"]).first?.success == true)
            try await crash(test, times: 1)
            try await test.until("b is back") { test.events(.restarted).contains { $0.plugin == "b" } }
            #expect(try await test.call("tag", of: "b") == "2")
            #expect(test.events(.rollbackTriggered).allSatisfy { $0.plugin != "b" })
            // What it does itself counts as before.
            for _ in 1...3 { await #expect(throws: PluginError.self) { try await test.call("fail", of: "b") } }
            try await test.until("b is rolled back") { test.events(.rollbackTriggered).contains { $0.plugin == "b" } }
        }
    }

    @Test(
        "is held against the new build that has brought it about, and not against who serves there (HR-5, RS-7)",
        arguments: ["constructor", "create", "initialise", "check", "restore", "start"]
    )
    func newBuild(step: String) async throws {
        try installBoth()
        let configuration = workshop.isolated(.group("g")) {
            $0.maximumAttempts = 1
            $0.probation = .seconds(3600)
        }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("tag", of: "b") == "1")
            // One that is on probation, and is in a call when the new build comes.
            try workshop.install("id=a;tag=2;concurrent=1", as: "liba.so")
            try await test.until(generation: 2)
            let handle = try await test.host.plugin("a")
            let end = workshop.root + "/end"
            let call = OnThread { try? handle.call("block", text: end) }
            try await test.until("it is in a call") { try await test.status("a").inFlight == 1 }
            try workshop.install("id=b;tag=2;crash=\(step)", as: "libb.so")
            try await test.until("the new build is set aside") { try await test.status("b").quarantine != nil }
            _ = try await call.value
            try await test.until("both are back") {
                await test.host.status().plugins.map(\.state) == ["running", "running"]
            }
            #expect(try await test.call("tag") == "2")
            #expect(try await test.call("tag", of: "b") == "1")
            #expect(try await test.status("a").quarantine == nil)
            #expect(test.events(.rollbackTriggered).isEmpty)
            // Their restarts count for nobody but the build that is set aside.
            #expect(test.events(.restarted).compactMap(\.attempt).allSatisfy { $0 == 0 })
        }
    }

    @Test("is not held against a new build of another one that was just coming (HR-5)")
    func comesMeanwhile() async throws {
        try installBoth()
        let busy = workshop.root + "/busy"
        let configuration = workshop.isolated(.group("g")) {
            $0.maximumAttempts = 1
            $0.permissions = PermissionPolicy([.init(plugins: "b", grant: ["state.shared"])])
        }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("tag", of: "b") == "1")
            try Data().write(to: URL(fileURLWithPath: busy))
            let says = #"ask-initialise=ph.shared-state/1 set {"key":"comes"}"#
            let behaviour = "id=b;tag=2;perms=state.shared;\(says);hang=initialise;while=\(busy)"
            try workshop.install(behaviour, as: "libb.so")
            try await test.until("it comes") { test.host.sharedState.value(of: "comes") != nil }
            try await crash(test, times: 1)
            try await test.until("the end of the attempt") { test.events(.reloadFailed).contains { $0.plugin == "b" } }
            #expect(try await test.status("b").quarantine == nil)
            try FileManager.default.removeItem(atPath: busy)
            #expect(await test.host.reload(["b"]).first?.success == true)
            #expect(try await test.call("tag", of: "b") == "2")
        }
    }

    @Test(
        "on a thread that serves nobody is reported as what it is (RS-8)",
        arguments: [Isolation.process, .group("g")]
    )
    func ownThread(isolation: Isolation) async throws {
        try workshop.install("id=a", as: "liba.so")
        try workshop.install("id=b;thread=execute;while=\(trap)", as: "libb.so")
        try await TestHost.run(workshop.isolated(isolation)) { test async throws in
            #expect(try await test.call("increment") == "1")
            #expect(try await test.call("increment", of: "b") == "1")
            try setTrap()
            await #expect(throws: PluginError.self) { try await test.call("increment", of: "b") }
            try FileManager.default.removeItem(atPath: trap)
            for id in isolation == .process ? ["b"] : ["a", "b"] {
                try await test.until("a report of \(id)") { try await test.host.crashes(of: id).count == 1 }
                let report = try #require(try await test.host.crashes(of: id).first)
                #expect(report.signal == "SIGSEGV" && report.address != nil && report.thread != nil)
                #expect(report.step == nil && report.method == nil)
            }
        }
    }
}
