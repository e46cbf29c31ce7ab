import Glibc
import LinuxSystem
import RunnerProtocol
import Synchronization
import Testing

@testable import PluginHost

/// A process that says nothing, in place of a runner.
@Suite("A place in a runner", .timeLimit(.minutes(4)))
final class RunnerSeatTests {
    private let loop: EventLoop
    private let runner: Runner
    /// The runner's end.
    private let other: MessageSocket
    /// How many channels can still be made.
    private let channels: Channels

    private final class Channels: Sendable {
        let left = Mutex(0)

        func make() throws(ChannelSetupError) -> ChannelMemory {
            let isThere = left.withLock { left in
                left -= 1
                return left >= 0
            }
            guard isThere else { throw .system(SystemCallError(call: "memfd_create", code: EMFILE)) }
            return try ChannelMemory()
        }
    }

    init() throws {
        loop = try EventLoop(name: "test")
        let (ours, theirs) = try MessageSocket.makePair()
        other = theirs
        let channels = Channels()
        self.channels = channels
        var settings = RunnerSettings(
            executable: "/bin/sleep",
            startTimeout: .seconds(100),
            lifecycleTimeout: .seconds(100),
            callTimeout: .seconds(100),
            endPatience: .milliseconds(1),
            warm: 0,
            sandbox: { _ in RunnerSandboxing() },
            report: { _ in },
            warn: { _ in },
            print: { _, _ in }
        )
        settings.makeMemory = { () throws(ChannelSetupError) in try channels.make() }
        var launch = ChildProcess.Launch(executable: "/bin/sleep", environment: [:])
        launch.arguments = ["1000"]
        launch.endsWithParent = true
        runner = Runner(
            settings,
            process: try ChildProcess(launch),
            socket: ours,
            handshake: Handshake(token: "token", descriptor: 3),
            faults: try RunnerFaults(),
            loop: loop
        )
        let runner = runner
        loop.perform { runner.listen() }
    }

    deinit {
        runner.kill("the test is over")
        _ = runner.waitUntilEnded(until: .now.advanced(by: .seconds(200)))
        loop.stop()
    }

    @Test("that can't be made ends the runner that nobody is in, so that none is left over (RS-6)")
    func firstSeat() {
        let error = #expect(throws: PluginError.self) { try runner.makeSeat(.process) }
        #expect(error?.code == .exhausted)
        #expect(error?.message.contains("no channel to a runner could be made") == true)
        #expect(runner.waitUntilEnded(until: .now.advanced(by: .seconds(200))))
    }

    @Test("that can't be made leaves a runner alone in which others are, until they have gone")
    func laterSeat() throws {
        channels.left.withLock { $0 = 1 }
        let seat = try runner.makeSeat(.group("shared"))
        #expect(throws: PluginError.self) { try runner.makeSeat(.group("shared")) }
        #expect(!runner.isEnding && !seat.caller.isClosed)
        runner.leave(seat)
        #expect(runner.waitUntilEnded(until: .now.advanced(by: .seconds(200))))
    }

    @Test("that is made ahead and can't be ends the spare")
    func spare() {
        #expect(throws: PluginError.self) { try runner.rehearse(nil) }
        #expect(runner.waitUntilEnded(until: .now.advanced(by: .seconds(200))))
    }
}
