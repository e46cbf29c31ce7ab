import LinuxSystem
import Testing

@testable import PluginHost

@Suite("The keeper of managed programs", .timeLimit(.minutes(10)))
struct ProgramKeeperTests {
    @Test("tells everybody who waits for a program that can't be killed, not only the first (PM-3)")
    func unkillable() async throws {
        let loop = try EventLoop(name: "programs")
        let keeper = ProgramKeeper(
            ["a": ProgramSettings(command: "/bin/sleep", arguments: ["1000"])],
            loop: loop,
            events: EventBus(courier: { $0() }, sink: { _ in }),
            log: { _ in }
        )
        await keeper.startAll()
        // As far as the keeper can tell, a process whose end never comes is one that the kernel does not let go.
        await keeper.missEnd(of: "a")
        for atOnce in [true, false] {
            let error = await #expect(throws: PluginError.self) { try await keeper.stop("a", atOnce: atOnce) }
            #expect(error?.code == .timedOut)
        }
        await keeper.stopAll(within: .seconds(1))
        loop.stop()
    }
}

extension ProgramKeeper {
    fileprivate func missEnd(of id: String) {
        if let watch = program(id)?.endWatch { loop.cancel(watch) }
        program(id)?.endWatch = nil
    }
}
