import Glibc
import LinuxSystem
import RunnerProtocol
import Synchronization
import Testing

@testable import PluginHost

/// A process that says nothing, in place of a runner.
@Suite("A place in a runner", .timeLimit(.minutes(10)))
final class RunnerSeatTests {
    private let silent: SilentRunner
    private var runner: Runner { silent.runner }
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
        let channels = Channels()
        self.channels = channels
        silent = try SilentRunner {
            $0.endPatience = .milliseconds(1)
            $0.makeMemory = { () throws(ChannelSetupError) in try channels.make() }
        }
    }

    deinit {
        runner.kill("the test is over")
        _ = runner.waitUntilEnded(until: .now.advanced(by: .seconds(200)))
        silent.loop.stop()
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
