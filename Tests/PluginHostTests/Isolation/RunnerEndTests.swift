import CPluginABI
import Glibc
import LinuxSystem
import RunnerProtocol
import RunnerSandbox
import Testing

@testable import PluginHost

@Suite("The end of a runner", .timeLimit(.minutes(10)))
struct RunnerEndTests {
    private func end(_ silent: SilentRunner) {
        silent.runner.kill("the test is over")
        #expect(silent.runner.waitUntilEnded(until: .now.advanced(by: .seconds(200))))
        silent.loop.stop()
    }

    /// Runs a body on the loop's thread, after what was given to it before.
    private func here<Result: Sendable>(
        _ loop: EventLoop,
        _ body: @escaping @Sendable () -> Result
    ) async -> Result {
        await withCheckedContinuation { continuation in
            loop.perform { continuation.resume(returning: body()) }
        }
    }

    /// What of a runner can't be watched, because somebody else does.
    enum Part: CaseIterable {
        case end, socket, output, faults
    }

    @Test("is noticed of one that can't be watched, of which nothing is watched afterwards", arguments: Part.allCases)
    func unwatched(part: Part) async throws {
        let silent = try SilentRunner(beforeListening: { runner in
            switch part {
            case .end: _ = try? runner.process.watchEnd(on: runner.loop) {}
            case .socket: _ = try? runner.socket.watch(on: runner.loop) {}
            case .output: _ = try? runner.process.output?.watch(on: runner.loop) {}
            case .faults: _ = try? runner.faults.counter.watch(on: runner.loop) {}
            }
        })
        let (runner, loop) = (silent.runner, silent.loop)
        #expect(runner.waitUntilEnded(until: .now.advanced(by: .seconds(200))))
        #expect(runner.lossText.contains("it can't be watched"))
        // A descriptor that is still watched can't be watched once more.
        let isFree = await here(loop) {
            let end = try? runner.process.watchEnd(on: loop) {}
            let socket = try? runner.socket.watch(on: loop) {}
            return (part == .end || end != nil) && (part == .socket || socket != nil)
        }
        #expect(isFree)
        loop.stop()
    }

    @Test("is not waited for by whoever has too much to say to it")
    func tooLong() throws {
        let silent = try SilentRunner()
        let paths = Array(repeating: "/" + String(repeating: "x", count: 1000), count: 200)
        let error = #expect(throws: PluginError.self) {
            try silent.runner.assign(label: "a", RunnerSandboxing(rules: SandboxRules(readable: paths)))
        }
        #expect(error?.code == .badConfiguration)
        #expect(error?.message.contains("too long for a message") == true)
        end(silent)
    }

    @Test("comes to one that has crashed and whose backtrace does not end, though nobody takes its place (RS-7)")
    func endlessTrace() throws {
        let silent = try SilentRunner { ($0.endPatience, $0.tracePatience) = (.milliseconds(1), .milliseconds(1)) }
        let faults = silent.runner.faults
        // That it is complete, and the signal.
        let record = [2, UInt32(SIGSEGV)]
        try record.withUnsafeBytes { try faults.file.write($0, at: 0) }
        let one: UInt64 = 1
        let written = faults.counter.withNumber { number in
            withUnsafeBytes(of: one) { write(number, $0.baseAddress, 8) }
        }
        #expect(written == 8)
        #expect(silent.runner.waitUntilEnded(until: .now.advanced(by: .seconds(200))))
        #expect(silent.runner.isLost && silent.runner.lossText.contains("SIGSEGV"))
        silent.loop.stop()
    }

    @Test("is not brought about by a host that looks late for a sign of life (RS-7)")
    func lateLook() async throws {
        let silent = try ready()
        let (runner, loop, door) = (silent.runner, silent.loop, Monitor((isBusy: false, isOpen: false)))
        loop.perform {
            door.withLock { $0.isBusy = true }
            _ = door.wait(for: .entry, until: nil) { $0.isOpen ? true : nil }
        }
        while !door.withLock({ $0.isBusy }) { await Task.yield() }
        runner.ping(within: .zero)
        #expect(silent.other.send(RunnerMessage.pong(1).bytes) == .sent)
        door.withLock { $0.isOpen = true }
        door.broadcast(.entry)
        for _ in 0..<10 { await here(loop, {}) }
        #expect(!runner.isLost, "\(runner.lossText)")
        end(silent)
    }

    @Test("is not brought about by the time in which the host itself was stopped (RS-7)")
    func stoppedHost() async throws {
        let silent = try ready()
        // The process was stopped for an hour right after it had asked.
        silent.runner.ping(within: .seconds(100), from: .now.advanced(by: .seconds(-3600)))
        for _ in 0..<10 { await here(silent.loop, {}) }
        #expect(!silent.runner.isLost, "\(silent.runner.lossText)")
        end(silent)
    }

    @Test("comes to one that gives no sign of life (RS-7)")
    func silence() throws {
        let silent = try ready()
        silent.runner.ping(within: .milliseconds(10))
        #expect(silent.runner.waitUntilEnded(until: .now.advanced(by: .seconds(200))))
        #expect(silent.runner.lossText.contains("no sign of life for 0.01 s"))
        silent.loop.stop()
    }

    /// A runner that has introduced itself.
    private func ready() throws -> SilentRunner {
        let silent = try SilentRunner()
        let hello = RunnerMessage.hello(
            protocolVersion: Handshake.protocolVersion,
            token: "token",
            abiMajor: UInt32(PH_ABI_MAJOR),
            abiMinor: UInt32(PH_ABI_MINOR)
        )
        #expect(silent.other.send(hello.bytes) == .sent)
        try silent.runner.waitUntilReady(until: .now.advanced(by: .seconds(200)))
        return silent
    }
}
