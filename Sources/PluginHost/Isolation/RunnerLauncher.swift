internal import LinuxSystem
internal import RunnerProtocol

/// Starts runners.
struct RunnerLauncher: Sendable {
    let settings: RunnerSettings
    let loop: EventLoop
    let rightOfWay: RightOfWay

    /// Starts a runner, for these plugins if that is known already; it reports when it is ready.
    func launch(for plugins: [String]) throws(PluginError) -> Runner {
        let handshake = Handshake(
            token: Self.makeToken(),
            descriptor: InheritedDescriptor.control,
            plugins: plugins
        )
        let (process, socket, faults) = try start(handshake)
        let runner = Runner(
            settings,
            process: process,
            group: try settings.groups?.join(process.processID),
            socket: socket,
            handshake: handshake,
            faults: faults,
            loop: loop,
            rightOfWay: rightOfWay
        )
        loop.perform { runner.listen() }
        return runner
    }

    private func start(_ handshake: Handshake) throws(PluginError) -> (ChildProcess, MessageSocket, RunnerFaults) {
        do throws(SystemCallError) {
            let (ours, theirs) = try MessageSocket.makePair()
            var launch = ChildProcess.Launch(
                executable: settings.executable,
                environment: Self.variables.merging(handshake.variables) { _, new in new }
            )
            let faults = try RunnerFaults()
            launch.lending = [theirs, faults.file, faults.counter]
            launch.endsWithParent = true
            return (try ChildProcess(launch), ours, faults)
        } catch {
            throw PluginError(
                code: .exhausted,
                message: "the runner \(settings.executable) could not be started: \(error)"
            )
        }
    }

    /// A clean environment: what the program needs to be found, to speak, and to tell how it crashed.
    static let variables: [String: String] = {
        let own = ProcessFacts.environment
        var variables = [
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "SWIFT_BACKTRACE": "enable=yes,interactive=no,color=no,output-to=stderr",
        ]
        // Where the Swift runtime may be found, and how times and texts are shown.
        for name in ["LD_LIBRARY_PATH", "TZ", "LANG", "LC_ALL"] { variables[name] = own[name] }
        return variables
    }()

    private static func makeToken() -> String {
        var generator = SystemRandomNumberGenerator()
        let words = (0..<4).map { _ in UInt64.random(in: .min ... .max, using: &generator) }
        return words.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
