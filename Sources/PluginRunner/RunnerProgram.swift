internal import CPluginABI
internal import Glibc
internal import LinuxSystem
internal import RunnerProtocol
internal import RunnerSandbox
internal import Synchronization

/// The program `plugin-runner`: holds images for a host, and ends with it (RS-1).
///
/// Until it is told what it is for it has one thread, so that what it takes from itself then holds for all of its threads.
/// That thread takes the host's messages until there is a plugin whose lifecycle it can serve: to make another one for
/// that, and to wait until it runs, takes as long as much of the rest of a reload. From then on a thread on which plugins'
/// code never runs takes the messages.
package struct RunnerProgram: ~Copyable {
    private enum Exit: Int32 {
        case fine = 0
        case wrongUse = 64
        case refused = 76
        case noSandbox = 77
    }

    /// For so long the host says nothing before what its plugins' start needed is let go: not while anybody waits for it.
    private static let rest = Duration.seconds(1)
    /// How long a call waits at most to be refused for which there is no thread.
    private static let refusalInterval = Duration.milliseconds(2)

    /// What the thread that takes the messages does next.
    private enum Turn {
        case end(Exit)
        /// Has a plugin's lifecycle served.
        case serve(PluginServer, sandbox: [UInt8])
    }

    private let socket: MessageSocket
    private var seats: [UInt32: PluginServer] = [:]
    /// Which layers of the sandbox hold; `nil` until it is told what it is for.
    private var sandbox: [UInt8]?
    /// Of the program and its libraries; not of plugins, for only these stay mapped whatever a plugin does.
    private var pages: ImagePages?
    /// Whether a plugin has come since pages were let go.
    private var hasNews = false
    /// What the sandbox most likely needs.
    private var prepared: PreparedRules?

    /// Runs the program and returns its exit status, if it can return one at all.
    ///
    /// It returns only as long as there has been no plugin; afterwards another thread ends the process.
    package static func run(environment: [String: String]) -> Int32 {
        let handshake: Handshake
        do throws(FrameError) {
            handshake = try Handshake(variables: environment)
        } catch {
            complain("\(error)")
            return Exit.wrongUse.rawValue
        }
        reportFaults()
        // What a plugin prints is not to be lost when it crashes.
        StandardDescriptor.bufferOutputByLines()
        var program = RunnerProgram(handshake)
        switch program.follow() {
        case .end(let exit): return exit.rawValue
        case .serve(let server, let sandbox):
            program.handOver()
            server.serveLifecycle(in: sandbox)
            // The plugin's channel is closed, and the other thread ends the process.
            while true { pause() }
        }
    }

    /// Has whatever crashes here tell the host so, before the backtracer begins.
    private static func reportFaults() {
        do throws(SystemCallError) {
            let file = try SharedFile(adopting: OwnedFileDescriptor(adopting: InheritedDescriptor.faults))
            let mapping = try file.map(count: FaultRecord.size, access: .writing)
            try unsafe FaultReports.begin(record: mapping.start, counter: InheritedDescriptor.faultCounter)
            // It stays for as long as the process lives.
            _ = unsafe Unmanaged.passRetained(mapping)
        } catch {
            complain("faults will not be reported at once: \(error)")
        }
    }

    private init(_ handshake: Handshake) {
        socket = MessageSocket(adopting: OwnedFileDescriptor(adopting: handshake.descriptor))
        say(
            .hello(
                protocolVersion: handshake.version,
                token: handshake.token,
                abiMajor: UInt32(PH_ABI_MAJOR),
                abiMinor: UInt32(PH_ABI_MINOR)
            )
        )
    }

    /// Has another thread do what the host says from now on.
    private consuming func handOver() {
        let program = Mutex<RunnerProgram?>(self)
        DetachedThread.start(name: "messages") {
            guard var program = program.withLock({ $0.take() }) else { return }
            while true {
                switch program.follow() {
                case .end(let exit): ProcessFacts.exitAtOnce(exit.rawValue)
                case .serve(let server, let sandbox): program.begin(server, in: sandbox)
                }
            }
        }
    }

    /// Does what the host says, until it says no more or there is something else to do.
    private mutating func follow() -> Turn {
        if pages == nil { pages = ImagePages(of: ImageSegment.all) }
        while true {
            if seats.values.contains(where: \.lacksThreads),
                !socket.wait(until: .now.advanced(by: Self.refusalInterval))
            {
                for server in seats.values { server.lookAtUnservedLanes() }
                continue
            }
            if sandbox != nil, hasNews, !socket.wait(until: .now.advanced(by: Self.rest)) {
                _ = pages?.letGo()
                hasNews = false
            }
            switch socket.receive(waiting: true) {
            case .message(let bytes, var descriptor):
                do throws(FrameError) {
                    if let turn = take(try HostMessage(reading: bytes), &descriptor) { return turn }
                } catch {
                    Self.complain("the host said something that makes no sense: \(error)")
                }
            case .nothing: continue
            case .damaged(let error): Self.complain("a message of the host could not be taken: \(error)")
            // Nobody is there to serve.
            case .end: return .end(.fine)
            }
        }
    }

    private mutating func take(_ message: HostMessage, _ descriptor: inout OwnedFileDescriptor?) -> Turn? {
        switch message {
        case .welcome: break
        case .refuse(let reason):
            Self.complain("the host refuses this runner: \(reason)")
            return .end(.refused)
        case .rehearse(let rules): if sandbox == nil { prepared = Rehearsal.run(SandboxRules(decoding: rules)) }
        case .assign(_, let rules, let directory): return assign(rules, directory)
        case .seat(let number):
            guard seats[number] == nil else { return refuse("the seat \(number) twice") }
            guard let memory = descriptor.take() else {
                // The kernel leaves out a descriptor for which there is no number.
                say(.full(seat: number, reason: "it may open no more files (runnerLimits.openFiles)"))
                return nil
            }
            do throws(ChannelSetupError) {
                let server = PluginServer(
                    try ChannelMemory(adopting: memory),
                    seat: number,
                    outlets: HostOutlets(socket, seat: number)
                )
                seats[number] = server
                hasNews = true
                if let sandbox { return .serve(server, sandbox: sandbox) }
            } catch {
                say(.full(seat: number, reason: "\(error)"))
            }
        case .lanes(let seat, let count): seats[seat]?.serve(lanes: Int(count))
        case .ping(let number): say(.pong(number))
        case .shutDown: return .end(.fine)
        case .answer(let seat, let number, let answer, let isApart):
            seats[seat]?.requests.take(answer, to: number, isApart: isApart, &descriptor)
        case .left(let seat): seats.removeValue(forKey: seat)?.close()
        }
        return nil
    }

    /// Takes from this process what it is not to have, before it has any other thread.
    private mutating func assign(_ rules: [UInt8], _ directory: String) -> Turn? {
        guard sandbox == nil else { return refuse("it was told twice what it is for") }
        if !directory.isEmpty, !ProcessFacts.changeDirectory(to: directory) {
            return refuse("the directory \(directory) can't be entered")
        }
        let prepared = prepared.take()
        var report: [UInt8] = []
        if !rules.isEmpty {
            guard let rules = SandboxRules(decoding: rules) else { return refuse("its sandbox's rules make no sense") }
            do throws(SandboxError) {
                report = try Sandbox.apply(rules, prepared: prepared).encoded()
            } catch {
                say(.refused("\(error)"))
                return .end(.noSandbox)
            }
        }
        sandbox = report
        var servers = Array(seats.values)
        guard let first = servers.popLast() else { return nil }
        for server in servers { begin(server, in: report) }
        return .serve(first, sandbox: report)
    }

    /// Has one more plugin served, if there is a thread for it.
    private mutating func begin(_ server: PluginServer, in sandbox: [UInt8]) {
        guard !server.begin(in: sandbox) else { return }
        seats.removeValue(forKey: server.seat)?.close()
        say(
            .full(seat: server.seat, reason: "it has no memory for one more thread, or may have no more (runnerLimits)")
        )
    }

    private func refuse(_ reason: String) -> Turn {
        say(.refused(reason))
        return .end(.refused)
    }

    private func say(_ message: RunnerMessage) {
        _ = socket.send(message.bytes, waiting: true)
    }

    private static func complain(_ text: String) {
        StandardDescriptor.complain("plugin-runner: \(text)\n")
    }
}
