import Foundation
import LinuxSystem
import Synchronization
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

    /// What a handler has seen.
    private final class Seen: Sendable {
        let looks = Atomic(0)
        let end = Mutex<ChildProcess.End?>(nil)
    }

    @Test("that has not taken note of a program's end keeps nobody awake who waits for that", .enabled(if: isUsable))
    func slowToReap() async throws {
        let child = try ChildProcess(executable: "/bin/sleep", arguments: ["1000"], environment: [:])
        // The kernel tells the debugger first, and it waits for something else.
        let words = ["-batch", "-nx", "-p", "\(child.processID)", "-ex", "shell sleep 1000"]
        let debugger = try ChildProcess(executable: Self.gdb, arguments: words, environment: ProcessFacts.environment)
        func status(_ field: String) throws -> String {
            let text = try String(contentsOfFile: "/proc/\(child.processID)/status", encoding: .utf8)
            return String(text.split(separator: "\n").first { $0.hasPrefix(field) } ?? "")
        }
        while try status("TracerPid:").hasSuffix("\t0") {
            // Perhaps it may look at nothing but what it has started.
            guard try debugger.endIfEnded() == nil else { return }
            _ = debugger.output?.drain(limit: 1 << 20) { _ in }
            try await Task.sleep(for: .milliseconds(5))
        }
        kill(child.processID, SIGKILL)
        while try !status("State:").contains("Z") { try await Task.sleep(for: .milliseconds(5)) }

        let (loop, seen) = (try EventLoop(name: "test"), Seen())
        loop.perform {
            _ = try? child.watchEnd(on: loop) {
                seen.looks.add(1, ordering: .relaxed)
                if let end = try? child.endIfEnded() { seen.end.withLock { $0 = end } }
            }
        }
        for _ in 0..<1000 { await withCheckedContinuation { next in loop.perform { next.resume() } } }
        // Once for each change of what is told of it, and not as often as one can look.
        #expect(seen.looks.load(ordering: .relaxed) < 20)
        debugger.terminate(byForce: true)
        _ = try debugger.wait()
        while seen.end.withLock({ $0 == nil }) { try await Task.sleep(for: .milliseconds(5)) }
        #expect(seen.end.withLock { $0 } == .signalled(SIGKILL))
        loop.stop()
    }
}
