import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("An isolated plugin that is lost", .limited)
struct RecoveryTests {
    let workshop: Workshop

    init() throws { workshop = try Workshop() }

    @Test("serves again from its last state after a crash in a call (RS-7)", .timeLimit(.minutes(10)))
    func recovers() async throws {
        let trap = workshop.root + "/trap"
        try workshop.install("id=a;crash=execute;while=\(trap)")
        try await TestHost.run(workshop.isolated()) { test async throws in
            #expect(try await test.call("increment") == "1")
            try Data().write(to: URL(fileURLWithPath: trap))
            let error = await #expect(throws: PluginError.self) { try await test.call("increment") }
            #expect(error?.code == .crashed)
            #expect(error?.message.contains("'plugin-host crashes a --last' tells where") == true)
            try FileManager.default.removeItem(atPath: trap)
            #expect(try await test.call("increment") == "1")
            try await test.until(.restarted)
            #expect(test.events(.crashed).count == 1)
            #expect(try await test.status().generation == 1)
        }
    }

    @Test(
        "stays on probation when it is started again, where nothing is rolled back by itself (HR-5, RS-7)",
        .timeLimit(.minutes(10))
    )
    func staysOnProbation() async throws {
        let trap = workshop.root + "/trap"
        try workshop.install("id=a;tag=1")
        let configuration = workshop.isolated {
            $0.rollsBackAutomatically = false
            $0.probation = .seconds(3600)
            $0.probationFailures = 2
        }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("tag") == "1")
            try workshop.install("id=a;tag=2;crash=execute;while=\(trap)")
            try await test.until(generation: 2)
            try Data().write(to: URL(fileURLWithPath: trap))
            await #expect(throws: PluginError.self) { try await test.call("increment") }
            try FileManager.default.removeItem(atPath: trap)
            try await test.until(.restarted)
            for _ in 1...3 { await #expect(throws: PluginError.self) { try await test.call("fail") } }
            try await test.until("its probation has failed") {
                test.events(.error).contains {
                    $0.error?.contains("generation 2 failed its probation, and automatic rollback is off") == true
                }
            }
            #expect(try await test.call("tag") == "2")
        }
    }

    @Test("is replaced when it is unhealthy, or hangs in a call (RS-7, LM-2)", .timeLimit(.minutes(10)))
    func isReplacedWhenIll() async throws {
        let trap = workshop.root + "/trap"
        try workshop.install("id=a;unhealthyafter=2", as: "liba.so")
        try workshop.install("id=b;hang=execute;while=\(trap)", as: "libb.so")
        let configuration = workshop.isolated {
            $0.healthInterval = .milliseconds(100)
            // Long enough for whatever is in order on a busy machine.
            $0.lifecycleTimeout = .seconds(5)
            $0.restartLimits.maximumRestarts = 1_000_000
            $0.restartLimits.maximumDelay = .zero
        }
        try await TestHost.run(configuration) { test async throws in
            try await test.until("a restart of a") { test.events(.restarted).contains { $0.plugin == "a" } }
            #expect(test.events(.crashed).first { $0.plugin == "a" }?.reason?.contains("unhealthy") == true)
            try Data().write(to: URL(fileURLWithPath: trap))
            let handle = try await test.host.plugin("b")
            try await test.until("the end of what hangs") {
                // On a busy machine a call may be over before the plugin has seen it.
                _ = try? await OnThread { try handle.call("increment", timeout: .milliseconds(50)) }.value
                return test.events(.crashed).contains { $0.plugin == "b" }
            }
            try FileManager.default.removeItem(atPath: trap)
            try await test.until("a restart of b") { test.events(.restarted).contains { $0.plugin == "b" } }
            // The last of those calls may have waited for the replacement, and may have ended there by now.
            #expect(["1", "2"].contains(try await test.call("increment", of: "b")))
        }
    }

    @Test(
        "is replaced when it hangs in a call that it has begun after the caller had gone (RS-7)",
        .timeLimit(.minutes(10))
    )
    func hangsUnseen() async throws {
        let trap = workshop.root + "/trap"
        try workshop.install("id=a;hang=execute;while=\(trap)")
        let configuration = workshop.isolated {
            $0.healthInterval = .seconds(3600)
            $0.lifecycleTimeout = .seconds(3)
        }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("increment") == "1")
            // The one that found out which plugin it is may be there yet.
            try await test.until("one runner for one plugin") { try workshop.runners().count == 1 }
            let process = try #require(try workshop.runners().first)
            try Data().write(to: URL(fileURLWithPath: trap))
            #expect(kill(process, SIGSTOP) == 0)
            // Each of its threads stands, and none can take the call.
            var info = siginfo_t()
            #expect(waitid(P_PID, id_t(process), &info, WSTOPPED | WNOWAIT) == 0)
            let handle = try await test.host.plugin("a")
            let late = OnThread { try handle.call("increment", timeout: .milliseconds(50)) }
            await #expect(throws: PluginError.self) { try await late.value }
            #expect(kill(process, SIGCONT) == 0)
            try await test.until("the end of what hangs") { test.events(.crashed).count == 1 }
            try FileManager.default.removeItem(atPath: trap)
            try await test.until(.restarted)
            #expect(try await test.call("increment") == "1")
        }
    }

    @Test(
        "that dies in a reload is started again, and the new build is tried again, not blamed (HR-5, RS-7)",
        .timeLimit(.minutes(10)),
        arguments: ["save", "pause"]
    )
    func diesInReload(step: String) async throws {
        let trap = workshop.root + "/trap"
        try workshop.install("id=a;tag=1;saves=1;crash=\(step);while=\(trap)")
        // Long enough for this test to take the trap away.
        let configuration = workshop.isolated { $0.cooldown = .seconds(5) }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("increment") == "1")
            try Data().write(to: URL(fileURLWithPath: trap))
            try workshop.install("id=a;tag=2;saves=1")
            try await test.until(.crashed)
            try FileManager.default.removeItem(atPath: trap)
            try await test.until(.restarted)
            try await test.until(generation: 2)
            #expect(try await test.call("tag") == "2")
            #expect(try await test.call("increment") == "2")
            #expect(try await test.status().quarantine == nil)
        }
    }

    @Test("that dies in each reload goes on, and the new build waits without blame (HR-5)", .timeLimit(.minutes(10)))
    func diesInEachReload() async throws {
        let trap = workshop.root + "/trap"
        try workshop.install("id=a;tag=1;saves=1;crash=save;while=\(trap)")
        let configuration = workshop.isolated {
            $0.maximumAttempts = 2
            $0.cooldown = .milliseconds(500)
            $0.restartLimits.maximumDelay = .milliseconds(10)
        }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("increment") == "1")
            try Data().write(to: URL(fileURLWithPath: trap))
            try workshop.install("id=a;tag=2;saves=1")
            try await test.until(.reloadCompleted)
            #expect(test.events(.reloadCompleted).first?.success == false)
            #expect(test.events(.reloadFailed).count == 2)
            try await test.until(.restarted, count: 2)
            try FileManager.default.removeItem(atPath: trap)
            let status = try await test.status()
            #expect(status.generation == 1 && status.quarantine == nil && status.pendingChange)
            #expect(try await test.call("increment") == "2")
            // A command tries again.
            let result = try #require(await test.host.reload(["a"]).first)
            #expect(result.success && result.statePreserved)
            #expect(try await test.call("tag") == "2")
            #expect(try await test.call("increment") == "3")
        }
    }

    @Test("is left down, and said so, when it crashes again and again (RS-7, RS-8)", .timeLimit(.minutes(10)))
    func isLeftDown() async throws {
        try workshop.install("id=a;crash=execute")
        let configuration = workshop.isolated { $0.restartLimits.maximumDelay = .milliseconds(10) }
        try await TestHost.run(configuration) { test async throws in
            for crash in 1...4 {
                await #expect(throws: PluginError.self) { try await test.call("increment") }
                try await test.until(.crashed, count: crash)
            }
            try await test.until("the end") { try await test.status().state == "error" }
            try await test.until(.restarted, count: 3)
            #expect(test.events(.restarted).count == 3)
            let error = await #expect(throws: PluginError.self) { try await test.call("increment") }
            #expect(error?.message.contains("left down") == true)
            try await test.until("the last report") { try await test.host.crashes(of: "a").count == 4 }
            let reports = try await test.host.crashes(of: "a")
            #expect(reports.first?.signal == "SIGSEGV")
            #expect(reports.first?.method == "increment")
            // A command tries again, with all restarts.
            #expect(await test.host.reload(["a"]).first?.success == true)
            await #expect(throws: PluginError.self) { try await test.call("increment") }
            try await test.until(.crashed, count: 5)
            try await test.until("it is back") { try await test.status().state == "running" }
            try await test.until(.restarted, count: 4)
            #expect(test.events(.restarted).count == 4)
        }
    }

    @Test("goes on when a process has crashed that it had forked (RS-7)", .timeLimit(.minutes(10)))
    func crashOfFork() async throws {
        try workshop.install("id=a;child=execute")
        try await TestHost.run(workshop.isolated { $0.callTimeout = .seconds(200) }) { test async throws in
            for number in 1...3 { #expect(try await test.call("increment") == "\(number)") }
            #expect(test.events(.crashed).isEmpty)
        }
    }

    @Test("loses nothing that a caller was told, if it saves its state after each call", .timeLimit(.minutes(10)))
    func losesNothing() async throws {
        let trap = workshop.root + "/trap"
        try workshop.install("id=a;saves=1;crash=execute;while=\(trap)")
        try await TestHost.run(workshop.isolated()) { test async throws in
            for number in 1...5 { #expect(try await test.call("increment") == "\(number)") }
            try Data().write(to: URL(fileURLWithPath: trap))
            await #expect(throws: PluginError.self) { try await test.call("increment") }
            try FileManager.default.removeItem(atPath: trap)
            #expect(try await test.call("increment") == "6")
        }
    }
}
