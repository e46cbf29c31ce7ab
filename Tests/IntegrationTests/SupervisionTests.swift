import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("A supervised host", .limited, .timeLimit(.minutes(10)))
struct SupervisionTests {
    /// Without backtraces: they take longer than all the rest.
    static let quiet = Sanitizer.crashing.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }

    private func isAlive(_ process: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let state = text.split(separator: ")").last?.split(separator: " ").first
        else { return false }
        return state != "Z" && state != "X"
    }

    /// The process of the host itself, by its own word.
    private func process(_ bench: ProgramBench) async throws -> Int32 {
        guard case .integer(let number) = try await bench.json("status")["host"]["pid"] else { return 0 }
        return Int32(number)
    }

    /// Waits until another host answers.
    private func untilAnother(than process: Int32, _ bench: ProgramBench) async throws {
        try await bench.until("the host is back") {
            let status = try await bench.command("status", "--json")
            guard status.end == .exited(0) else { return false }
            let answer = try JSONDecoder().decode(JSONValue.self, from: Data(status.output.utf8))
            return answer["host"]["pid"] != .integer(Int64(process))
        }
    }

    private func reports(_ bench: ProgramBench) -> [HostCrash] {
        HostCrashArchive(stateDirectory: bench.shop.state).reports()
    }

    private func start(_ bench: ProgramBench, _ words: String...) async throws -> Program {
        let path = bench.shop.root + "/host.json"
        // What a runner has tried does not crash here any more.
        let text = #"{"probesBuilds": false}"#
        if !FileManager.default.fileExists(atPath: path) { try Workshop.write(Data(text.utf8), to: path) }
        return try await bench.startHost(
            "--isolation",
            "in-process",
            "--config",
            path,
            isSupervised: true,
            environment: Self.quiet
        )
    }

    // MARK: Crashes

    @Test(
        "comes back after a crash in a call, knows the plugin, and keeps its state and the report",
        arguments: [
            ("crash", "SIGSEGV", "value"), ("abort", "SIGABRT", "value"), ("overflow", "SIGSEGV", "value"),
            ("exit", "exit status 3", "value"), ("leave", "exit status 0", "value"), ("thread", "SIGSEGV", nil),
            ("trap", "SIGILL", "value"),
            // A sanitizer has a heap of its own.
            ("heap", "SIGABRT", "value"),
        ].filter { $0.0 != "heap" || !Sanitizer.isThere }
    )
    func crash(kind: String, end: String, method: String?) async throws {
        try await ProgramBench.run { bench in
            let flag = bench.shop.root + "/flag"
            try bench.shop.install("id=a;\(kind)=execute;while=\(flag)")
            let host = try await start(bench)
            let first = try await process(bench)
            #expect(first != host.processID)
            #expect(try await bench.output("call", "a", "increment") == "1")
            try Workshop.write(Data(), to: flag)
            let call = try await bench.command("call", "a", "value")
            #expect(call.end == .exited(1))
            #expect(call.errors.contains("the host has closed the connection; if it has crashed"))
            try FileManager.default.removeItem(atPath: flag)
            try await untilAnother(than: first, bench)

            let report = try #require(reports(bench).first)
            #expect(report.pid == first && report.end == end)
            let suspect = try #require(report.suspect)
            #expect(suspect.plugin == "a" && suspect.generation == 1 && suspect.stage == .committed)
            #expect(suspect.method == method && suspect.step == nil)
            #expect(suspect.path == bench.shop.path("liba.so"))
            #expect(host.errors.contains("the host is started again (restart 1 in a row)"))
            let kept = try #require(try await bench.json("crashes", "a").elements.first)
            #expect(kept["generation"] == .integer(1) && kept["isolation"] == .string("in-process"))
            // Once is no reason to do without it.
            #expect(try await bench.plugin("a")["quarantine"] == .null)
            #expect(try await bench.output("call", "a", "value") == "0")
            host.terminate()
            #expect(try await host.ended() == .exited(0))
        }
    }

    @Test("sets a committed build aside that crashes it twice")
    func twice() async throws {
        try await ProgramBench.run { bench in
            try bench.shop.install("id=a;crash=execute")
            try bench.shop.install("id=b", as: "libb.so")
            let host = try await start(bench)
            for count in 1...2 {
                let present = try await process(bench)
                _ = try await bench.command("call", "a", "value")
                try await untilAnother(than: present, bench)
                #expect(reports(bench).count == count)
            }
            let quarantine = try await bench.plugin("a")["quarantine"]
            #expect(quarantine["code"] == .string("crashed"))
            #expect(
                quarantine["reason"] == .string("it crashed the host: SIGSEGV in a, generation 2, the method 'value'")
            )
            #expect(try await bench.output("call", "b", "value") == "0")
            // Whoever wants to may try it again; but the third time it has to go.
            _ = try await bench.output("quarantine", "clear", "a")
            try await bench.until("it serves again", plugin: "a") { $0["generation"] == .integer(3) }
            let present = try await process(bench)
            _ = try await bench.command("call", "a", "value")
            try await untilAnother(than: present, bench)
            #expect(
                host.errors.contains("it has crashed the host 3 times and runs in a process of its own from now on")
            )
            _ = try await bench.output("quarantine", "clear", "a")
            try await bench.until("it serves elsewhere", plugin: "a") { $0["isolation"] == .string("process") }
            let last = try await process(bench)
            #expect(try await bench.command("call", "a", "value").errors.contains("crashed"))
            #expect(try await process(bench) == last)
            // A command brings it back.
            try await bench.until("it is there again", plugin: "a") { $0["state"] == .string("running") }
            _ = try await bench.output("isolate", "a", "in-process")
            #expect(try await bench.plugin("a")["isolation"] == .string("in-process"))
            host.terminate()
            #expect(try await host.ended() == .exited(0))
        }
    }

    @Test("goes back to the committed build, with its state, when one on probation crashes it (HR-5)")
    func probation() async throws {
        try await ProgramBench.run { bench in
            try bench.shop.install("id=a")
            _ = try await start(bench)
            let first = try await process(bench)
            #expect(try await bench.output("call", "a", "increment", "7") == "7")
            try bench.shop.install("id=a;version=1.2.0;crash=execute")
            try await bench.until("the new build serves", plugin: "a") { $0["generation"] == .integer(2) }
            #expect(try await bench.command("call", "a", "value").end == .exited(1))
            try await untilAnother(than: first, bench)

            #expect(reports(bench).first?.suspect?.stage == .probation)
            try await bench.until("the old build serves", plugin: "a") { $0["version"] == .string("1.0.0") }
            #expect(try await bench.output("call", "a", "value") == "7")
            #expect(try await bench.plugin("a")["quarantine"]["code"] == .string("crashed"))
        }
    }

    @Test(
        "goes back to the build that served when a new one crashes it on the way, whatever the step (HR-5)",
        arguments: ["constructor", "factory", "create", "load", "initialise", "check", "restore", "start", "health"]
    )
    func trial(step: String) async throws {
        try await ProgramBench.run { bench in
            try bench.shop.install("id=a")
            _ = try await start(bench)
            let first = try await process(bench)
            #expect(try await bench.output("call", "a", "increment", "7") == "7")
            _ = try await bench.output("call", "a", "value")
            try bench.shop.install("id=a;version=1.2.0;crash=\(step)")
            try await untilAnother(than: first, bench)
            let suspect = try #require(reports(bench).first?.suspect)
            #expect(suspect.stage == .trial && suspect.step != nil && suspect.method == nil)
            try await bench.until("the old build serves", plugin: "a") { $0["version"] == .string("1.0.0") }
            #expect(try await bench.plugin("a")["quarantine"]["code"] == .string("crashed"))
            #expect(reports(bench).count == 1)
        }
    }

    @Test(
        "does without a plugin that crashes it as it starts, before anything is known of it",
        arguments: ["constructor", "factory", "start"]
    )
    func unknown(step: String) async throws {
        try await ProgramBench.run { bench in
            try bench.shop.install("id=a;crash=\(step)")
            try bench.shop.install("id=b", as: "libb.so")
            _ = try await start(bench)
            #expect(try await bench.output("call", "b", "value") == "0")
            #expect(reports(bench).count == 1)
            // A better build is welcome.
            try bench.shop.install("id=a;version=1.1.0")
            try await bench.until("it serves") {
                let plugins = try await bench.json("status")["plugins"].elements
                return plugins.contains { $0["id"] == .string("a") && $0["version"] == .string("1.1.0") }
            }
        }
    }

    @Test("loads no file again that has crashed it before anything was known of it, and has reports of them (RS-8)")
    func unknownForGood() async throws {
        try await ProgramBench.run { bench in
            let files = ["liba.so", "libb.so"]
            let flag = bench.shop.root + "/flag"
            try Workshop.write(Data(), to: flag)
            try bench.shop.install("id=a;crash=constructor;while=\(flag)", as: "liba.so")
            try bench.shop.install("id=b;crash=constructor;while=\(flag)", as: "libb.so")
            try bench.shop.install("id=c", as: "libc.so")
            let host = try await start(bench)
            #expect(try await bench.output("call", "c", "value") == "0")
            #expect(reports(bench).count == 2)
            for file in files {
                let report = try #require(try await bench.json("crashes", file).elements.first)
                #expect(report["path"] == .string(bench.shop.path(file)) && report["step"] == .string("loading"))
                #expect(report["isolation"] == .string("in-process") && report["signal"] == .string("SIGSEGV"))
                let message = "in \(bench.shop.path(file)), the step 'loading'; the build is set aside"
                #expect(host.errors.split(separator: message, omittingEmptySubsequences: false).count == 2)
            }
            // The next one learns of no crash.
            let present = try await process(bench)
            kill(present, SIGKILL)
            try await untilAnother(than: present, bench)
            for file in files {
                #expect(try await bench.plugin(file)["quarantine"]["code"] == .string("crashed"))
            }
            #expect(reports(bench).count == 3)
            // A command lifts it, and so does another content.
            try FileManager.default.removeItem(atPath: flag)
            _ = try await bench.output("quarantine", "clear", "liba.so")
            try bench.shop.install("id=b", as: "libb.so")
            for id in ["a", "b"] {
                try await bench.until("\(id) serves") { try await bench.command("call", id, "value").output == "0" }
            }
            let kept = bench.shop.state + "/crashed-files.json"
            try await bench.until("both are forgotten") {
                try JSONDecoder().decode([String: JSONValue].self, from: Data(contentsOf: URL(fileURLWithPath: kept)))
                    .isEmpty
            }
            host.terminate()
            #expect(try await host.ended() == .exited(0))
        }
    }

    @Test("blames nobody when it was killed, and stays down when that does not end")
    func killed() async throws {
        try await ProgramBench.run { bench in
            try bench.shop.install("id=a")
            let host = try await start(bench)
            for count in 0...3 {
                let present = try await process(bench)
                kill(present, SIGKILL)
                guard count < 3 else { break }
                try await untilAnother(than: present, bench)
                #expect(reports(bench).count == count + 1)
                #expect(reports(bench).allSatisfy { $0.suspect == nil && $0.end == "SIGKILL" })
                #expect(try await bench.plugin("a")["quarantine"] == .null)
            }
            #expect(try await host.ended() == .exited(128 + SIGKILL))
            let reason = "the host stays down: it was restarted 3 times in a row and never ran for 30s"
            #expect(host.errors.contains(reason))
        }
    }

    @Test("is started again and again when it can't be at first (RS-7)")
    func unstartable() async throws {
        try await ProgramBench.run { bench in
            // A copy, which cannot be started for a while; nothing is loaded by the host that it is.
            let program = bench.shop.root + "/plugin-host"
            try FileManager.default.copyItem(atPath: ProgramBench.executable, toPath: program)
            awaitLastWriter(of: program)
            let words = [program, "run", "--isolation", "in-process"]
            let supervisor = try bench.start(words + bench.places, environment: Self.quiet)
            try await bench.until("the host is ready") {
                supervisor.errors.contains("ready: the control socket is") || supervisor.hasEnded
            }
            try #require(!supervisor.hasEnded, "\(supervisor.errors)")
            #expect(chmod(program, 0) == 0)
            kill(try await process(bench), SIGKILL)
            #expect(try await supervisor.ended() == .exited(1))
            #expect(
                supervisor.errors.split(separator: "\n").count { $0.contains("the host can't be started: execve") } == 3
            )
            #expect(supervisor.errors.contains("the host is started again (restart 3 in a row)"))
            #expect(supervisor.errors.contains("the host stays down: it was restarted 3 times in a row"))
        }
    }

    @Test("is reported with a backtrace where backtraces are wanted")
    func backtrace() async throws {
        try await ProgramBench.run { bench in
            try bench.shop.install("id=a;crash=execute")
            let host = try await bench.startHost(
                "--isolation",
                "in-process",
                isSupervised: true,
                environment: Sanitizer.crashing
            )
            let first = try await process(bench)
            _ = try await bench.command("call", "a", "value")
            try await untilAnother(than: first, bench)
            #expect(reports(bench).first?.suspect?.method == "value")
            #expect(host.output == "", "nothing but the log goes anywhere")
        }
    }

    @Test("starts anew, and has not crashed, when it is to read its configuration before it can be told so")
    func earlyHangup() async throws {
        try await ProgramBench.run { bench in
            let (path, new) = (bench.shop.root + "/host.json", bench.shop.root + "/new.json")
            // The host stays in the reading of its configuration.
            #expect(mkfifo(path, 0o600) == 0)
            let words = [ProgramBench.executable, "run", "--strategy", "immediate", "--config", path]
            let supervisor = try bench.start(words + bench.places, environment: Self.quiet)
            var writer: Int32 = -1
            try await bench.until("it reads") {
                writer = open(path, O_WRONLY | O_NONBLOCK)
                return writer >= 0
            }
            try Workshop.write(Data("{}".utf8), to: new)
            #expect(rename(new, path) == 0)
            kill(supervisor.processID, SIGHUP)
            try await bench.until("the host is ready") {
                supervisor.errors.contains("ready: the control socket is") || supervisor.hasEnded
            }
            close(writer)
            #expect(!supervisor.errors.contains("crashed") && reports(bench).isEmpty)
            supervisor.terminate()
            #expect(try await supervisor.ended() == .exited(0))
        }
    }

    // MARK: Ends

    @Test("ends with its supervisor, in order when that is asked to", arguments: [SIGTERM, SIGINT])
    func terminated(signal: Int32) async throws {
        try await ProgramBench.run { bench in
            let host = try await start(bench)
            let process = try await process(bench)
            _ = kill(host.processID, signal)
            #expect(try await host.ended() == .exited(0))
            #expect(!isAlive(process))
            #expect(host.errors.contains("stopped"))
            #expect(!host.errors.contains("crashed"))
        }
    }

    /// Starts a host and a call to it, which does not end before the file is gone.
    private func startWithCall(
        _ bench: ProgramBench,
        heldBy held: String
    ) async throws -> (host: Program, process: Int32, call: Program) {
        try bench.shop.install("id=a;hold-execute=\(held)")
        let (host, process) = (try await start(bench), try await process(bench))
        try Workshop.write(Data(), to: held)
        let call = try bench.start(
            [ProgramBench.executable, "call", "a", "value"],
            environment: ["PLUGIN_HOST_SOCKET": bench.socket]
        )
        try await bench.until("it is called", plugin: "a") { $0["inFlight"] == .integer(1) }
        return (host, process, call)
    }

    @Test(
        "ends in order when both it and its supervisor are told to once, as all of a process group are",
        arguments: [SIGTERM, SIGINT],
        [true, false]
    )
    func terminatedTogether(signal: Int32, comesFirst: Bool) async throws {
        try await ProgramBench.run { bench in
            let held = bench.shop.root + "/held"
            let (host, process, call) = try await startWithCall(bench, heldBy: held)
            // Whichever of the two hears of it first.
            kill(comesFirst ? process : host.processID, signal)
            try await bench.until("it stops") { host.errors.contains("stopping") }
            kill(comesFirst ? host.processID : process, signal)
            try FileManager.default.removeItem(atPath: held)
            #expect(try await call.ended() == .exited(0))
            #expect(call.output.hasPrefix("0"))
            #expect(try await host.ended() == .exited(0))
            #expect(host.errors.contains("stopped"))
        }
    }

    @Test("ends at once when both it and its supervisor are told to twice")
    func terminatedTwice() async throws {
        try await ProgramBench.run { bench in
            let (host, process, call) = try await startWithCall(bench, heldBy: bench.shop.root + "/held")
            for process in [process, host.processID] { kill(process, SIGTERM) }
            try await bench.until("it stops") { host.errors.contains("stopping") }
            kill(process, SIGTERM)
            #expect(try await host.ended() == .exited(128 + SIGTERM))
            #expect(try await call.ended() == .exited(1))
        }
    }

    @Test("ends when its supervisor is killed")
    func parentKilled() async throws {
        try await ProgramBench.run { bench in
            let host = try await start(bench)
            let process = try await process(bench)
            _ = kill(host.processID, SIGKILL)
            #expect(try await host.ended() == .signalled(SIGKILL))
            try await bench.until("the host is gone") { !isAlive(process) }
        }
    }

    @Test("ends its supervisor, with its exit status, when it is asked to end itself or can't begin")
    func passesOn() async throws {
        try await ProgramBench.run { bench in
            let host = try await start(bench)
            let second = try await bench.command(["run", "--socket", bench.shop.root + "/s"] + bench.places)
            #expect(second.end == .exited(1) && !second.errors.contains("again"))
            #expect(second.errors.contains("process \(try await process(bench)) is using the state directory"))
            #expect(try await bench.command("run", "--strategy", "sometimes").end == .exited(2))
            _ = kill(try await process(bench), SIGTERM)
            #expect(try await host.ended() == .exited(0))
        }
    }

    @Test(
        "leaves nothing behind, not even what has made a session of its own (RS-6, PM-4)",
        arguments: [SIGKILL, SIGTERM]
    )
    func leavesNothing(signal: Int32) async throws {
        try await ProgramBench.run { bench in
            let script = "setsid sleep 1000 & echo child $!; wait"
            let configuration = #"{"processes": {"p": {"command": "sh", "arguments": ["-c", "\#(script)"]}}}"#
            try Workshop.write(Data(configuration.utf8), to: bench.shop.root + "/host.json")
            let host = try await start(bench)
            func children() -> [Int32] {
                host.errors.split(separator: "\n").compactMap {
                    $0.split(separator: "p: child ").last.flatMap { Int32($0) }
                }
            }
            try await bench.until("it runs") { children().count == 1 }
            let child = children()[0]
            #expect(isAlive(child))
            if signal == SIGKILL {
                let process = try await process(bench)
                kill(process, signal)
                try await untilAnother(than: process, bench)
                #expect(!isAlive(child))
                try await bench.until("it runs again") { children().count == 2 }
            }
            host.terminate()
            #expect(try await host.ended() == .exited(0))
            #expect(children().allSatisfy { !isAlive($0) })
        }
    }
}
