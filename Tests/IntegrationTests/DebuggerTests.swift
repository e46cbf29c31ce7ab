import Foundation
import LinuxSystem
import Synchronization
import TestSupport
import Testing

@Suite("A debugger", .limited, .timeLimit(.minutes(10)))
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

    /// A line of what the kernel says of a process, or of a thread.
    private static func status(_ process: String, _ field: String) throws -> String {
        let text = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        return String(text.split(separator: "\n").first { $0.hasPrefix(field) } ?? "")
    }

    /// Kills a process while a debugger looks at it that does not take note of the end; `nil` if there can't be one.
    private static func kill(debugged process: Int32) async throws -> ChildProcess? {
        // The kernel tells the debugger first, and it waits for something else.
        let words = ["-batch", "-nx", "-p", "\(process)", "-ex", "shell echo looks away; exec sleep 1000"]
        let debugger = try ChildProcess(executable: gdb, arguments: words, environment: ProcessFacts.environment)
        var said: [UInt8] = []
        while !String(decoding: said, as: UTF8.self).contains("looks away") {
            guard try debugger.endIfEnded() == nil else { return nil }
            _ = debugger.output?.drain(limit: 1 << 20) { said += $0 }
            try await Task.sleep(for: .milliseconds(5))
        }
        // Perhaps it may look at nothing but what it has started.
        guard try !status("\(process)", "TracerPid:").hasSuffix("\t0") else { return nil }
        Glibc.kill(process, SIGKILL)
        while try !status("\(process)", "State:").contains("Z") { try await Task.sleep(for: .milliseconds(5)) }
        return debugger
    }

    @Test(
        "that has not taken note of a program's end keeps nobody awake who waits with a deadline",
        .enabled(if: isUsable)
    )
    func slowToReapWithDeadline() async throws {
        let child = try ChildProcess(executable: "/bin/sleep", arguments: ["1000"], environment: [:])
        guard let debugger = try await Self.kill(debugged: child.processID) else { return }
        let (end, sleeps) = try await OnThread {
            func sleeps() throws -> Int {
                let line = try Self.status("thread-self", "voluntary_ctxt_switches:")
                return try #require(line.split(separator: "\t").last.flatMap { Int($0) })
            }
            let before = try sleeps()
            let end = try child.wait(until: .now.advanced(by: .milliseconds(500))) { _ in }
            return (end, try sleeps() - before)
        }.value
        // Who does not sleep looks as often as it can.
        #expect(end == nil && sleeps > 2)
        debugger.terminate(byForce: true)
        _ = try debugger.wait()
        #expect(try child.wait() == .signalled(SIGKILL))
    }

    @Test("that has not taken note of a program's end keeps nobody awake who waits for that", .enabled(if: isUsable))
    func slowToReap() async throws {
        let child = try ChildProcess(executable: "/bin/sleep", arguments: ["1000"], environment: [:])
        guard let debugger = try await Self.kill(debugged: child.processID) else { return }
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
