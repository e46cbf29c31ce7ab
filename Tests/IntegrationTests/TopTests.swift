import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("plugin-host top in a terminal", .limited, .serialized, .timeLimit(.minutes(10)))
struct TopTests {
    /// A host with a plugin, and the live view of it in a terminal.
    private struct Scene {
        let bench: ProgramBench
        let terminal: PseudoTerminal
        let top: Program
        let modeBefore: [UInt32]

        func until(_ what: String, _ condition: (TerminalEmulator) -> Bool) async throws {
            try await bench.until(what) {
                // The end of the program is no reason to wait for the time limit.
                let emulator = terminal.emulator
                if condition(emulator) { return true }
                try #require(!top.hasEnded, "\(what): top has ended: \(top.errors)\n\(emulator.text)")
                return false
            }
        }

        func until(_ text: String) async throws {
            try await until("the screen has '\(text)'") { $0.text.contains(text) }
        }

        func expectAsBefore() async throws {
            // The program has ended; what it has written last comes a moment later.
            try await bench.until("the last bytes have come") { terminal.isAsBefore }
            #expect(terminal.mode == modeBefore)
            #expect(terminal.emulator.strange.isEmpty, "\(terminal.emulator.strange)")
        }
    }

    private static func start(
        _ bench: ProgramBench,
        columns: Int = 100,
        rows: Int = 24,
        interval: String = "200ms",
        environment: [String: String] = [:]
    ) throws -> Scene {
        let terminal = try PseudoTerminal(columns: columns, rows: rows)
        let before = terminal.mode
        var variables = ["PLUGIN_HOST_SOCKET": bench.socket, "TERM": "xterm", "SWIFT_BACKTRACE": "enable=no"]
        variables.merge(Sanitizer.crashing) { $1 }
        variables.merge(environment) { $1 }
        let script = #"exec "$@" <"$0" >"$0""#
        let top = try bench.start(
            ["/bin/sh", "-c", script, terminal.path, ProgramBench.executable, "top", "--interval", interval],
            environment: variables
        )
        return Scene(bench: bench, terminal: terminal, top: top, modeBefore: before)
    }

    private static func run(interval: String = "200ms", _ body: (Scene) async throws -> Void) async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install(try Workshop.product("Counter"), as: "libCounter.so")
            _ = try await bench.startHost()
            let scene = try start(bench, interval: interval)
            try await scene.until("counter running")
            try await body(scene)
        }
    }

    @Test("shows the plugins, does what keys say, and leaves the terminal as it was")
    func keys() async throws {
        try await Self.run { scene async throws in
            let (bench, terminal) = (scene.bench, scene.terminal)
            #expect(terminal.emulator.isAlternate && !terminal.emulator.hasCursor)
            #expect(terminal.mode != scene.modeBefore)
            try bench.shop.install(try Workshop.product("Greeter"), as: "libGreeter.so")
            // An event tells of it: nobody has to press a key.
            try await scene.until("greeter running")
            terminal.press("/gre")
            try await scene.until("it is filtered") {
                $0.text.contains("filter: gre") && !$0.text.contains("counter running")
            }
            terminal.press("\u{1b}")
            try await scene.until("counter running")
            // The cursor has gone where the filter was.
            terminal.press("\u{1b}[Hr")
            try await scene.until("counter: unchanged: generation 1 serves this build already")
            terminal.press("\r")
            try await scene.until("99th percentile")
            terminal.press("l")
            try await scene.until("log of counter")
            terminal.press("\u{1b}[D?")
            try await scene.until("any key goes back")
            terminal.press("xq")
            #expect(try await scene.top.ended() == .exited(0))
            try await scene.expectAsBefore()
            #expect(scene.top.errors == "")
        }
    }

    @Test("counts calls and rolls back, after a question")
    func rollBack() async throws {
        try await Self.run { scene async throws in
            let (bench, terminal) = (scene.bench, scene.terminal)
            try bench.shop.install(try Workshop.product("Counter", build: 2), as: "libCounter.so")
            try await scene.until("reload-completed")
            for _ in 0..<3 { _ = try await bench.output("call", "counter", "increment") }
            terminal.press("b")
            try await scene.until("y or n")
            terminal.press("y")
            try await scene.until("counter: generation 3 serves")
            #expect(try await bench.plugin()["generation"] == .integer(3))
            terminal.press("q")
            #expect(try await scene.top.ended() == .exited(0))
            try await scene.expectAsBefore()
        }
    }

    @Test(
        "leaves the terminal as it was when a signal ends it, a crash included",
        arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGSEGV, SIGILL, SIGABRT, SIGTRAP]
    )
    func signals(signal: Int32) async throws {
        try await Self.run { scene async throws in
            #expect(kill(scene.top.processID, signal) == 0)
            #expect(try await scene.top.ended() == .signalled(signal))
            try await scene.expectAsBefore()
        }
    }

    @Test("gives the terminal back while it is stopped, and takes the size of the window")
    func stops() async throws {
        // Nothing is to be drawn for the size before while the window has another one already.
        try await Self.run(interval: "1h") { scene async throws in
            let terminal = scene.terminal
            #expect(kill(scene.top.processID, SIGTSTP) == 0)
            try await scene.until("the shell has the terminal") { !$0.isAlternate && $0.hasCursor }
            #expect(terminal.mode == scene.modeBefore)
            #expect(kill(scene.top.processID, SIGCONT) == 0)
            try await scene.until("it is drawn again") { $0.isAlternate && $0.text.contains("counter running") }
            #expect(terminal.mode != scene.modeBefore)

            terminal.resize(columns: 40, rows: 10)
            #expect(kill(scene.top.processID, SIGWINCH) == 0)
            try await scene.until("it is drawn in 40 columns") {
                $0.lines.count == 10 && $0.lines.contains { $0.hasPrefix("counter running") }
                    && $0.lines[9].hasPrefix(" q end")
            }
            terminal.resize(columns: 200, rows: 50)
            #expect(kill(scene.top.processID, SIGWINCH) == 0)
            try await scene.until("it is drawn in 200 columns") {
                $0.lines.count == 50 && $0.lines[49].contains("/ filter")
            }
            terminal.press("q")
            #expect(try await scene.top.ended() == .exited(0))
            try await scene.expectAsBefore()
        }
    }

    @Test("waits for a host that has gone, and goes on with the next one")
    func restart() async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install(try Workshop.product("Counter"), as: "libCounter.so")
            let first = try await bench.startHost()
            let scene = try Self.start(bench)
            try await scene.until("counter running")
            first.terminate()
            _ = try await first.ended()
            try await scene.until("the host is gone since")
            let second = try await bench.startHost()
            try await scene.until("the host is there again: process \(second.processID), another run")
            // Events come again as well.
            try bench.shop.install(try Workshop.product("Greeter"), as: "libGreeter.so")
            try await scene.until("greeter running")
            scene.terminal.press("q")
            #expect(try await scene.top.ended() == .exited(0))
            try await scene.expectAsBefore()
        }
    }

    @Test("says that there is no host, and does not touch the terminal")
    func withoutHost() async throws {
        try await ProgramBench.run { bench async throws in
            let scene = try Self.start(bench)
            #expect(try await scene.top.ended() == .exited(3))
            #expect(scene.top.errors.contains("no host is reachable at"))
            #expect(scene.terminal.takeBytes().isEmpty)
            try await scene.expectAsBefore()
        }
    }

    @Test("has no colours where none are wanted")
    func noColour() async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install(Data("no plugin".utf8), as: "libbroken.so")
            _ = try await bench.startHost()
            let scene = try Self.start(bench, environment: ["NO_COLOR": "1"])
            try await scene.until("error")
            scene.terminal.press("q")
            #expect(try await scene.top.ended() == .exited(0))
            #expect(
                scene.terminal.emulator.looks.isSubset(of: ["0", "1", "2", "7"]),
                "\(scene.terminal.emulator.looks)"
            )
        }
    }
}
