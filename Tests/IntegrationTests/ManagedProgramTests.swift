import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("A managed program", .limited, .timeLimit(.minutes(10)))
struct ManagedProgramTests {
    /// Runs a host with programs that are scripts of the shell.
    private func run(
        _ programs: [String: ProgramSettings],
        _ body: (TestHost) async throws -> Void
    ) async throws {
        let shop = try Workshop()
        try await TestHost.run(shop.configuration { $0.processes = programs }, body)
    }

    private func shell(_ script: String) -> ProgramSettings {
        ProgramSettings(command: "sh", arguments: ["-c", script])
    }

    private func lines(of name: String, _ test: TestHost) -> [String] {
        test.log.filter { $0.name == name }.map(\.message)
    }

    private func isAlive(_ process: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let state = text.split(separator: ")").last?.split(separator: " ").first
        else { return false }
        return state != "Z" && state != "X"
    }

    @Test("starts with the host, has its arguments and its environment only, and logs under its name (PM-1)")
    func starts() async throws {
        let rest = "grep -v -e ^_= -e ^PWD= -e ^OLDPWD= -e ^SHLVL="
        var settings = shell(#"echo "$0 $1 in $(pwd)"; env | sort | \#(rest); sleep 1000"#)
        settings.arguments += ["zero", "one"]
        settings.environment = ["GREETING": "hello"]
        settings.directory = "/usr"
        settings.name = "The Web"
        try await run(["web": settings]) { test in
            try await test.until("its lines") { lines(of: "The Web", test).count >= 3 }
            let expected = ["zero one in /usr", "GREETING=hello", "PATH=/usr/local/bin:/usr/bin:/bin"]
            #expect(lines(of: "The Web", test) == expected)
            let status = try #require(await test.host.programs().first)
            #expect(status.id == "web" && status.name == "The Web" && status.state == .running)
            #expect(status.restarts == 0 && status.lastEnd == nil && status.lastError == nil)
            let process = try #require(status.pid)
            #expect(isAlive(process))
            #expect(try #require(status.uptimeSeconds) > 0)
        }
    }

    @Test("is refused a second start, and ends gracefully when asked to (PM-1, PM-3)")
    func refusedTwice() async throws {
        let script = "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.01; done"
        try await run(["a": shell(script)]) { test in
            try await test.until("it is ready") { lines(of: "a", test) == ["ready"] }
            await #expect(throws: PluginError.self) { try await test.host.startProgram("a") }
            let stopped = try await test.host.stopProgram("a")
            #expect(stopped.state == .stopped && stopped.lastEnd == "exit status 0" && stopped.pid == nil)
            #expect(lines(of: "a", test).last == "bye")
            #expect(try await test.host.stopProgram("a").state == .stopped)
            #expect(try await test.host.startProgram("a").state == .running)
            let states = { test.events(.programStateChanged).compactMap(\.new) }
            let expected = ["starting", "running", "stopping", "stopped", "starting", "running"]
            try await test.until("the events") { states().count >= expected.count }
            #expect(states() == expected)
            #expect(test.events(.programStateChanged).allSatisfy { $0.program == "a" && $0.plugin == nil })
        }
    }

    @Test(
        "is killed with all that it has started when it does not listen, or at once (PM-3)",
        arguments: [false, true]
    )
    func killed(atOnce: Bool) async throws {
        var settings = shell("trap '' TERM; sleep 1000 & echo $!; wait; wait; while :; do sleep 1; done")
        settings.stopTimeout = atOnce ? .seconds(3600) : .milliseconds(100)
        try await run(["a": settings]) { test in
            try await test.until("it is ready") { lines(of: "a", test).count == 1 }
            let child = try #require(Int32(lines(of: "a", test)[0]))
            #expect(isAlive(child))
            let status = try await test.host.stopProgram("a", atOnce: atOnce)
            #expect(status.state == .stopped && status.lastEnd == "SIGKILL")
            try await test.until("what it has started is gone") { !isAlive(child) }
        }
    }

    @Test("can be killed while it is asked to end (PM-3)")
    func impatience() async throws {
        var settings = shell("trap '' TERM; echo ready; while :; do sleep 1; done")
        settings.stopTimeout = .seconds(3600)
        try await run(["a": settings]) { test in
            try await test.until("it is ready") { lines(of: "a", test) == ["ready"] }
            async let graceful = test.host.stopProgram("a")
            try await test.until("it is stopping") { await test.host.programs().first?.state == .stopping }
            #expect(try await test.host.stopProgram("a", atOnce: true).lastEnd == "SIGKILL")
            #expect(try await graceful.state == .stopped)
        }
    }

    @Test("keeps its configuration and its count over restarts (PM-2, PM-3)")
    func restarts() async throws {
        try await run(["a": shell("echo started; sleep 1000")]) { test in
            var processes: [Int32] = []
            for count in 1...3 {
                try await test.until("it is ready") { lines(of: "a", test).count == count }
                processes.append(try #require(await test.host.programs().first?.pid))
                let status = try await test.host.restartProgram("a", atOnce: true)
                #expect(status.state == .running && status.restarts == count)
            }
            #expect(Set(processes).count == 3)
            _ = try await test.host.stopProgram("a")
            #expect(try await test.host.startProgram("a").restarts == 3)
        }
    }

    @Test("stays down when it fails by itself, as crashed, and stopped if it was done (PM-2, PM-3)")
    func staysDown() async throws {
        let programs = ["done": shell("exit 0"), "failed": shell("exit 3"), "killed": shell("kill -SEGV $$")]
        try await run(programs) { test in
            try await test.until("all have ended") {
                await test.host.programs().allSatisfy { $0.pid == nil && $0.state != .starting }
            }
            let all = await test.host.programs()
            #expect(all.map(\.state) == [.stopped, .crashed, .crashed])
            #expect(all.map(\.lastEnd) == ["exit status 0", "exit status 3", "SIGSEGV"])
            #expect(all.allSatisfy { $0.restarts == 0 })
            let summary = await test.host.programSummary()
            #expect(summary.total == 3 && summary.running == 0 && summary.runningIDs.isEmpty && summary.isMonitoring)
            #expect(summary.states == ["stopped": 1, "crashed": 2])
            #expect(await test.host.status().processes == summary)
        }
    }

    @Test("is restarted three times in a row where that is wanted, and is crashed then (PM-3)")
    func restartsItself() async throws {
        var settings = shell("echo again; exit 1")
        settings.restartsAutomatically = true
        settings.restartLimits.initialDelay = .milliseconds(1)
        try await run(["a": settings]) { test in
            try await test.until("it is given up") { await test.host.programs().first?.state == .crashed }
            let status = try #require(await test.host.programs().first)
            #expect(status.restarts == 3)
            #expect(status.lastError == "exit status 1; it was restarted 3 times in a row and never ran for 30s")
            #expect(lines(of: "a", test) == ["again", "again", "again", "again"])
            // By command it gets its chances anew.
            _ = try await test.host.startProgram("a")
            try await test.until("it is given up again") { await test.host.programs().first?.restarts == 6 }
        }
    }

    @Test("is not restarted while it waits for that and is stopped, nor when it is done (PM-3)")
    func waiting() async throws {
        var failing = shell("exit 1")
        failing.restartsAutomatically = true
        failing.restartLimits.initialDelay = .seconds(3600)
        failing.restartLimits.maximumDelay = .seconds(3600)
        var done = shell("exit 0")
        done.restartsAutomatically = true
        try await run(["a": failing, "b": done]) { test in
            try await test.until("it waits") {
                await test.host.programs().first.map { $0.state == .starting && $0.restarts == 1 } ?? false
            }
            let stopped = try await test.host.stopProgram("a")
            // The restart that it has waited for never was.
            #expect(stopped.state == .stopped && stopped.restarts == 1)
            try await test.until("the other is done") { await test.host.programs().last?.state == .stopped }
            #expect(await test.host.programs().last?.restarts == 0)
        }
    }

    // MARK: Output

    @Test("never waits for the log: a hundred megabytes are taken, counted, and mostly dropped (PM-1)")
    func talkative() async throws {
        let script = "head -c 100000000 /dev/zero | tr '\\0' '\\n'; head -c 10000000 /dev/zero; echo; echo over >&2"
        try await run(["a": shell(script)]) { test in
            try await test.until("it has ended") { await test.host.programs().first?.state == .stopped }
            let status = try #require(await test.host.programs().first)
            #expect(status.droppedBytes > 90_000_000)
            #expect(lines(of: "a", test).contains { $0.contains("bytes more were printed and are not logged") })
            #expect(lines(of: "a", test).count < 50_000)
        }
    }

    @Test("is heard to its end without a line feed, and may close its outputs and go on (PM-1)")
    func endings() async throws {
        let programs = [
            "a": shell("printf 'no line feed'"), "b": shell("echo closing; exec >&- 2>&-; sleep 1000"),
            // What left the group keeps the pipe, and holds nothing up.
            "c": shell("setsid sleep 2 & echo last"),
        ]
        try await run(programs) { test in
            try await test.until("they have printed") {
                lines(of: "a", test) == ["no line feed"] && lines(of: "b", test) == ["closing"]
                    && lines(of: "c", test) == ["last"]
            }
            try await test.until("they have ended") {
                await test.host.programs().map(\.state) == [.stopped, .running, .stopped]
            }
        }
    }

    // MARK: Faults

    @Test("that can't be started is crashed, and says what to do (PM-2)")
    func impossible() async throws {
        var elsewhere = shell("true")
        elsewhere.directory = "/no/such/directory"
        let programs = [
            "a-missing": ProgramSettings(command: "/no/such/program"),
            "b-unknown": ProgramSettings(command: "no-such-program"),
            "c-file": ProgramSettings(command: "/etc/passwd"), "d-elsewhere": elsewhere,
        ]
        let reasons = [
            "a-missing: there is no program /no/such/program; correct processes.a-missing.command",
            "b-unknown: there is no program 'no-such-program' in /usr/local/bin:/usr/bin:/bin; "
                + "give its path in processes.b-unknown.command",
            "c-file: /etc/passwd may not be executed; chmod +x it, or name a program",
            "d-elsewhere: it can't start in /no/such/directory: No such file or directory; make the directory, "
                + "or change processes.d-elsewhere.directory",
        ]
        try await run(programs) { test in
            let all = await test.host.programs()
            #expect(all.map(\.state) == [.crashed, .crashed, .crashed, .crashed])
            #expect(all.map(\.lastError) == reasons)
            #expect(test.log.filter { $0.level == .error }.map(\.message) == reasons)
            await #expect(throws: PluginError.self) { try await test.host.startProgram("a-missing") }
            await #expect(throws: PluginError.self) { try await test.host.stopProgram("nobody") }
        }
    }

    @Test("is unknown when something else in the process has waited for it (PM-2)")
    func stolen() async throws {
        try await run(["a": shell("read line </dev/fd/0; sleep 1000")]) { test in
            let process = try #require(await test.host.programs().first?.pid)
            // As a library with a handler of its own for SIGCHLD would.
            try await OnThread {
                kill(process, SIGKILL)
                var status: Int32 = 0
                while waitpid(process, &status, 0) == -1, errno == EINTR {}
            }.value
            try await test.until("it is noticed") {
                let state = await test.host.programs().first?.state
                return state == .unknown || state == .crashed
            }
            #expect(try await test.host.startProgram("a").state == .running)
        }
    }

    // MARK: The host's end

    @Test("ends with the host, and so does what it has started (PM-4)")
    func hostStops() async throws {
        var processes: [Int32] = []
        var settings = shell("sleep 1000 & echo $!; wait")
        settings.startsAutomatically = false
        var deaf = shell("trap '' TERM; echo $$; while :; do sleep 1; done")
        deaf.stopTimeout = .milliseconds(100)
        try await run(["a": settings, "b": deaf]) { test in
            #expect(await test.host.programs().first?.state == .stopped)
            _ = try await test.host.startProgram("a")
            try await test.until("they run") {
                lines(of: "a", test).count == 1 && lines(of: "b", test).count == 1
            }
            processes = await test.host.programs().compactMap(\.pid)
            processes += [try #require(Int32(lines(of: "a", test)[0]))]
        }
        #expect(processes.count == 3)
        while processes.contains(where: isAlive) { try await Task.sleep(for: .milliseconds(2)) }
    }
}
