import LinuxSystem
import RunnerProtocol

@testable import PluginHost

/// A runner whose process says nothing; what it would say comes from the other end of its socket.
struct SilentRunner {
    let runner: Runner
    let loop: EventLoop
    let other: MessageSocket

    /// Starts the process; what is to be done on the loop before the host begins to listen is done then.
    init(
        _ change: (inout RunnerSettings) -> Void = { _ in },
        beforeListening: @escaping @Sendable (Runner) -> Void = { _ in }
    ) throws {
        loop = try EventLoop(name: "test")
        let (ours, theirs) = try MessageSocket.makePair()
        other = theirs
        var settings = RunnerSettings(
            executable: "/bin/sleep",
            startTimeout: .seconds(100),
            lifecycleTimeout: .seconds(100),
            callTimeout: .seconds(100),
            warm: 0,
            sandbox: { _, _ in RunnerSandboxing() },
            report: { _ in },
            warn: { _ in },
            print: { _, _ in }
        )
        change(&settings)
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
        loop.perform {
            beforeListening(runner)
            runner.listen()
        }
    }
}
