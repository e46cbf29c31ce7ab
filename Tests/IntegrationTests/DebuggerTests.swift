import Foundation
import LinuxSystem
import TestSupport
import Testing

@Suite("A debugger", .limited, .timeLimit(.minutes(4)))
struct DebuggerTests {
    private static let gdb = "/usr/bin/gdb"

    /// Whether there is one that may look at a process.
    private static let isUsable: Bool = {
        guard FileManager.default.isExecutableFile(atPath: gdb) else { return false }
        // Not by Foundation, which hands down that signals are blocked; a debugger lives on them.
        let words = ["-batch", "-nx", "-ex", "run", "--args", "/bin/true"]
        guard let process = try? ChildProcess(executable: gdb, arguments: words, environment: ProcessFacts.environment)
        else { return false }
        var bytes: [UInt8] = []
        process.readOutput { bytes += $0 }
        _ = try? process.wait()
        let text = String(decoding: bytes, as: UTF8.self)
        return text.contains("exited normally")
    }()

    @Test("keeps its breakpoints in a plugin over a reload, with sources and lines", .enabled(if: isUsable))
    func breakpoints() async throws {
        try await ProgramBench.run { bench in
            try bench.shop.install(try Workshop.product("Reverse"), as: "libReverse.so")
            let script = bench.shop.root + "/gdb"
            let commands = """
                set breakpoint pending on
                set pagination off
                break reverse.c:execute
                commands
                silent
                info symbol $pc
                backtrace 1
                continue
                end
                run
                """
            try Workshop.write(Data((commands + "\n").utf8), to: script)
            let words = [
                "-batch", "-nx", "-x", script, "--args", ProgramBench.executable, "run", "--isolation", "in-process",
                "--no-supervise", "--strategy", "immediate",
            ]
            let debugged = try bench.start([Self.gdb] + words + bench.places)
            func call() async throws -> String { try await bench.output("call", "reverse", "reverse", "abc") }
            try await bench.until("the host is ready") {
                (debugged.output + debugged.errors).contains("ready: the control socket is") || debugged.hasEnded
            }
            #expect(try await call() == "cba")
            try bench.shop.install(try Workshop.product("Reverse", build: 2), as: "libReverse.so")
            try await bench.until("the reload") {
                (debugged.output + debugged.errors).contains("reverse: reload-completed: generation 2")
            }
            #expect(try await call() == "cba")
            let hits = debugged.output.split(separator: "\n").filter { $0.contains("in section .text of") }
            #expect(Set(hits).count == 2 && hits.count == 2, "one in the image of each generation: \(hits)")
            let places = debugged.output.split(separator: "\n").filter {
                $0.contains("SamplePlugins/Reverse/reverse.c:")
            }
            #expect(places.count >= 2)
        }
    }
}
