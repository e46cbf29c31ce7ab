import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

/// The same files with the same contract, in a process of their own.
@Suite("An isolated plugin", .limited)
struct IsolationTests {
    let workshop: Workshop

    init() throws { workshop = try Workshop() }

    /// The processes that have a plugin of this test mapped.
    private func runners() throws -> [Int32] {
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
        return processes.filter { process in
            guard process != getpid(),
                let maps = try? OwnedFileDescriptor.open("/proc/\(process)/maps", flags: O_RDONLY).readToEnd()
            else { return false }
            return String(decoding: maps, as: UTF8.self).contains(workshop.root)
        }
    }

    @Test("answers, logs, and knows its settings, from a process of its own (RS-1)", .timeLimit(.minutes(10)))
    func answers() async throws {
        try workshop.install("id=a;version=1.2.3")
        try await TestHost.run(workshop.isolated()) { test async throws in
            #expect(try await test.call("increment") == "1")
            #expect(try await test.call("increment") == "2")
            let status = try await test.status()
            #expect(status.isolation == "process")
            #expect(status.version == "1.2.3")
            #expect(status.state == "running")
        }
    }

    @Test("starts where directories are named from where the host is (RS-1)", .timeLimit(.minutes(10)))
    func relativePaths() async throws {
        try workshop.install("id=a")
        let depth = FileManager.default.currentDirectoryPath.split(separator: "/").count
        func relative(_ path: String) -> String { String(repeating: "../", count: depth) + path.dropFirst() }
        let configuration = workshop.isolated {
            $0.stateDirectory = relative($0.stateDirectory)
            $0.imageDirectory = relative(workshop.root + "/images")
            $0.runner = $0.runner.map(relative)
            $0.trust = .any
        }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("increment", "2") == "2")
        }
    }

    @Test(
        "gives back the memory that its start took, and goes on as before",
        .disabled(if: Sanitizer.isThere, "most of its memory is the sanitizer's"),
        .timeLimit(.minutes(10))
    )
    func rests() async throws {
        try workshop.install("id=a")
        try await TestHost.run(workshop.isolated()) { test async throws in
            func resident() async throws -> Int { try #require(try await test.status().memory).residentBytes }
            var calls = 0
            try await test.until("a runner gives memory back") {
                calls += 1
                #expect(try await test.call("increment") == "\(calls)")
                let before = try await resident()
                // A quarter of what is in memory is libraries' that only the linker has read. On a machine that stands still the
                // runner may have given it back before it was asked; then the next one is.
                for _ in 0..<1000 {
                    if try await resident() < before - before / 4 { return true }
                    try await Task.sleep(for: .milliseconds(5))
                }
                let reloads = test.events(.reloadCompleted).count
                try workshop.install("id=a;version=1.\(calls).0")
                try await test.until(.reloadCompleted, count: reloads + 1)
                return false
            }
            #expect(try await test.call("increment") == "\(calls + 1)")
        }
    }

    @Test("keeps its state over a reload, and leaves no retired image behind (HR-4)", .timeLimit(.minutes(10)))
    func reloads() async throws {
        try workshop.install("id=a;tag=1")
        try await TestHost.run(workshop.isolated()) { test async throws in
            #expect(try await test.call("increment") == "1")
            try workshop.install("id=a;version=1.1.0;tag=2")
            try await test.until(.reloadCompleted)
            #expect(try await test.call("increment") == "2")
            let status = try await test.status()
            #expect(status.version == "1.1.0")
            #expect(status.retiredGenerations == 0)
        }
    }

    @Test("gives back the runner that was promised to a build that then was none (RS-4)", .timeLimit(.minutes(10)))
    func promises() async throws {
        try workshop.install("id=a;tag=1")
        let configuration = workshop.isolated { $0.strategy = .immediate }
        try await TestHost.run(configuration) { test async throws in
            let expected = [#"{use="plugins"} 1"#, #"{use="spare"} 1"#]
            func runners() async -> [String] {
                await test.host.metrics().split(separator: "\n").filter { $0.hasPrefix("plugin_host_runners{") }
                    .map { String($0.dropFirst("plugin_host_runners".count)) }.sorted()
            }
            try await test.until("a spare") { await runners() == expected }
            // The same content once more.
            try workshop.install("id=a;tag=1")
            try await test.until("the spare is taken or given back") { await runners() == expected }
            #expect(try await test.call("increment") == "1")
            try workshop.install("id=a;version=1.1.0;tag=2")
            try await test.until(.reloadCompleted)
            #expect(try await test.call("increment") == "2")
            try await test.until("one runner for one plugin") { await runners() == expected }
        }
    }

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

    @Test("moves between processes with its state, while it is called (RS-1)", .timeLimit(.minutes(10)))
    func moves() async throws {
        try workshop.install("id=a;concurrent=1")
        try await TestHost.run(workshop.isolated()) { test async throws in
            let handle = try await test.host.plugin("a")
            let caller = Callers(count: 2) { _ = try handle.call("increment", timeout: .seconds(30)) }
            for isolation: Isolation in [.inProcess, .group("g"), .process, .group("g"), .process] {
                let result = try await test.host.isolate("a", isolation)
                #expect(result.success, "\(result.error ?? "")")
                #expect(result.statePreserved)
                #expect(try await test.status().isolation == isolation.description)
            }
            let calls = try await caller.end()
            #expect(try await test.call("value") == "\(calls)")
        }
        // The choice is kept, though the configuration says something else.
        try await TestHost.run(workshop.isolated(.inProcess)) { test async throws in
            #expect(try await test.status().isolation == "process")
        }
    }

    @Test("shares a runner with its group, which loses all of it and no more (RS-1)", .timeLimit(.minutes(10)))
    func groups() async throws {
        let trap = workshop.root + "/trap"
        try workshop.install("id=a;crash=execute;while=\(trap)", as: "liba.so")
        try workshop.install("id=b", as: "libb.so")
        try workshop.install("id=c", as: "libc.so")
        let configuration = workshop.isolated(.group("g")) {
            $0.plugins["c"] = PluginSettings(isolation: .process)
        }
        try await TestHost.run(configuration) { test async throws in
            for id in ["a", "b", "c"] { #expect(try await test.call("increment", of: id) == "1") }
            try Data().write(to: URL(fileURLWithPath: trap))
            await #expect(throws: PluginError.self) { try await test.call("increment") }
            try FileManager.default.removeItem(atPath: trap)
            try await test.until(.restarted, count: 2)
            #expect(Set(test.events(.restarted).compactMap(\.plugin)) == ["a", "b"])
            #expect(try await test.call("increment", of: "b") == "1")
            #expect(try await test.call("increment", of: "c") == "2")
        }
    }

    @Test("is in no group before it is known to belong there (RS-1)", .timeLimit(.minutes(10)))
    func unknownInGroup() async throws {
        try workshop.install("id=a", as: "liba.so")
        let configuration = workshop.isolated(.group("g")) {
            $0.plugins["b"] = PluginSettings(isolation: .process)
            $0.maximumAttempts = 1
        }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("increment") == "1")
            try workshop.install("id=b;crash=constructor", as: "libb.so")
            try await test.until("b is refused") { await test.host.status().plugins.contains { $0.quarantine != nil } }
            #expect(try await test.call("increment") == "2")
            #expect(test.events(.crashed).isEmpty)
        }
    }

    @Test(
        "refuses the calls at once for which its runner has no thread, and goes on (RS-3)",
        .disabled(if: Sanitizer.isThere, "the memory is the sanitizer's"),
        .timeLimit(.minutes(10))
    )
    func tooManyAtOnce() async throws {
        try workshop.install("id=a;concurrent=1")
        let configuration = workshop.isolated { $0.runnerLimits.memory = 128 << 20 }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("takeall") != "0")
            let handle = try await test.host.plugin("a")
            let end = workshop.root + "/end"
            let call = OnThread { try handle.call("block", text: end) }
            try await test.until("it is in the plugin") { try await test.status().inFlight == 1 }
            let error = await #expect(throws: PluginError.self) { try await test.call("value") }
            #expect(error?.code == .busy && error?.message.contains("no memory for one more thread") == true)
            try Data().write(to: URL(fileURLWithPath: end))
            _ = try await call.value
            #expect(try await test.call("value") == "0")
            #expect(test.events(.crashed).isEmpty)
        }
    }

    /// What the first one of a group leaves nothing of to the others, and what the error names then.
    enum Room: String, CaseIterable {
        case openall = "runnerLimits.openFiles"
        case takeall = "no memory for one more thread"
    }

    @Test(
        "is refused where the runner of its group has no room for it, and the others go on (RS-1)",
        .disabled(if: Sanitizer.isThere, "the memory is the sanitizer's"),
        .timeLimit(.minutes(10)),
        arguments: Room.allCases
    )
    func fullGroup(room: Room) async throws {
        try workshop.install("id=a", as: "liba.so")
        try workshop.install("id=b", as: "libb.so")
        let configuration = workshop.isolated(.group("g")) {
            ($0.runnerLimits.openFiles, $0.runnerLimits.memory) = (64, 128 << 20)
            $0.plugins["b"] = PluginSettings(isolation: .process)
        }
        try await TestHost.run(configuration) { test async throws in
            for id in ["a", "b"] { #expect(try await test.call("increment", of: id) == "1") }
            #expect(try await test.call("\(room)") != "0")
            let result = try await test.host.isolate("b", .group("g"))
            #expect(!result.success && result.code == "exhausted")
            let error = try #require(result.error)
            #expect(
                error.contains("group:g has no room for it") && error.contains(room.rawValue),
                "\(error)"
            )
            for id in ["a", "b"] { #expect(try await test.call("increment", of: id) == "2") }
            #expect(test.events(.crashed).isEmpty)
        }
    }

    @Test("leaves neither threads nor descriptors behind where others stay (RS-6)", .timeLimit(.minutes(10)))
    func leavesGroup() async throws {
        for id in ["a", "b"] { try workshop.install("id=\(id);tag=0", as: "lib\(id).so") }
        try await TestHost.run(workshop.isolated(.group("g")) { $0.strategy = .manual }) { test async throws in
            func reload(_ tag: Int) async throws {
                try workshop.install("id=a;tag=\(tag)")
                #expect(await test.host.reload(["a"]).map(\.success) == [true])
                #expect(try await test.call("tag") == "\(tag)")
            }
            // The first one was served by the thread that stays as long as the process.
            try await reload(1)
            let runner = try #require(try runners().first)
            func held() throws -> [Int] {
                try ["fd", "task"].map { try Directory.names("/proc/\(runner)/\($0)").count }
            }
            let before = try held()
            for tag in 2...5 { try await reload(tag) }
            try await test.until("the others are gone") { zip(try held(), before).allSatisfy { $0 <= $1 } }
            #expect(test.events(.crashed).isEmpty)
        }
    }

    @Test("is replaced when it is unhealthy, or hangs in a call (RS-7, LM-2)", .timeLimit(.minutes(10)))
    func isReplacedWhenIll() async throws {
        let trap = workshop.root + "/trap"
        try workshop.install("id=a;unhealthyafter=2", as: "liba.so")
        try workshop.install("id=b;hang=execute;while=\(trap)", as: "libb.so")
        let configuration = workshop.isolated {
            $0.healthInterval = .milliseconds(100)
            $0.lifecycleTimeout = .seconds(1)
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
            try await test.until("one runner for one plugin") { try runners().count == 1 }
            let process = try #require(try runners().first)
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
        let configuration = workshop.isolated { $0.cooldown = .seconds(1) }
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

    @Test("answers and keeps states of any size, however small its files have to be", .timeLimit(.minutes(10)))
    func fileSize() async throws {
        try workshop.install("id=a;statesize=400000")
        let configuration = workshop.isolated { ($0.runnerLimits.fileSize, $0.strategy) = (4096, .manual) }
        try await TestHost.run(configuration) { test async throws in
            let text = String((0..<500_000).map { Character(Unicode.Scalar(UInt8(97 + $0 % 26))) })
            #expect(try await test.call("echo", text) == text)
            #expect(try await test.call("increment") == "1")
            try workshop.install("id=a;statesize=400000;tag=2")
            let result = await test.host.reload(["a"]).first
            #expect(result?.success == true && result?.statePreserved == true, "\(result?.error ?? "")")
            #expect(try await test.call("increment") == "2")
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
