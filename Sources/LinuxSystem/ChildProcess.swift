internal import CLinux
internal import Glibc
internal import Synchronization

/// A program that this process has started, in a process group of its own unless it is to keep this one's.
///
/// It starts with no signal blocked or ignored, and has its three standard descriptors, those that are lent, and no others.
/// Its end is the end of all that it has started in its group. Whoever lets go of one that runs, kills it.
package final class ChildProcess: Sendable {
    /// How a program has ended.
    package enum End: Hashable, Sendable, CustomStringConvertible {
        /// It said how it went; 0 is well.
        case exited(Int32)
        /// A signal ended it.
        case signalled(Int32)
        /// Somebody else in this process has waited for it, or the process has SIGCHLD ignored.
        case unknown

        package var description: String {
            switch self {
            case .exited(let status): "exit status \(status)"
            case .signalled(let signal): SignalName.of(signal)
            case .unknown: "ended, and something else in this process has taken note of how"
            }
        }
    }

    /// The process, and the group.
    package let processID: Int32
    /// What it prints; with outputs that are apart, only the standard output.
    package let output: OutputPipe?
    /// What it prints to standard error, if that is apart.
    package let errors: OutputPipe?
    let exit: SharedDescriptor?
    /// How it has ended, once it has been waited for: from then on the number may be another's.
    private let end = Mutex<End?>(nil)

    /// Starts a program.
    package init(_ launch: Launch) throws(SystemCallError) {
        var descriptors: [any LendableDescriptor] = []
        switch launch.input {
        case .nothing: descriptors.append(SharedDescriptor(try .open("/dev/null", flags: O_RDONLY)))
        case .inherited: descriptors.append(StandardNumber(number: 0))
        case .lent(let descriptor): descriptors.append(descriptor)
        }
        switch launch.output {
        case .inherited:
            descriptors += [StandardNumber(number: 1), StandardNumber(number: 2)]
            (output, errors) = (nil, nil)
        case .joined:
            let (reading, writing) = try Self.makeOutput()
            descriptors += [writing, writing]
            (output, errors) = (reading, nil)
        case .apart:
            let (first, firstWriting) = try Self.makeOutput()
            let (second, secondWriting) = try Self.makeOutput()
            descriptors += [firstWriting, secondWriting]
            (output, errors) = (first, second)
        }
        let process = try Self.spawn(launch, descriptors: descriptors + launch.lending)
        processID = process.processID
        exit = process.exit < 0 ? nil : SharedDescriptor(OwnedFileDescriptor(adopting: process.exit))
    }

    /// Starts a program by its path, with both outputs in one pipe.
    package convenience init(
        executable: String,
        arguments: [String],
        environment: [String: String],
        input: (any LendableDescriptor)? = nil,
        lending: [any LendableDescriptor] = []
    ) throws(SystemCallError) {
        var launch = Launch(executable: executable, arguments: arguments, environment: environment)
        if let input { launch.input = .lent(input) }
        launch.lending = lending
        try self.init(launch)
    }

    /// Starts a program on ``SpawnThread``, without blocking the caller's thread.
    package static func start(_ launch: Launch) async throws(SystemCallError) -> ChildProcess {
        try await SpawnThread.runWaiting { () throws(SystemCallError) in try ChildProcess(launch) }
    }

    deinit {
        guard end.withLock({ $0 == nil }) else { return }
        signalAll(SIGKILL)
        let process = processID
        guard waitpid(process, nil, WNOHANG) == 0 else { return }
        // It is on its way out; until then it must not become a zombie that nobody waits for.
        DetachedThread.start(name: "reaper") { while waitpid(process, nil, 0) < 0, errno == EINTR {} }
    }

    private static func makeOutput() throws(SystemCallError) -> (OutputPipe, SharedDescriptor) {
        let pipe = try Pipe()
        return (try OutputPipe(pipe.reading), SharedDescriptor(pipe.writing))
    }

    // MARK: Output

    /// Hands over what the program prints, until it and all that it has started have closed the pipe.
    ///
    /// Blocks the thread.
    package func readOutput(_ body: ([UInt8]) -> Void) {
        output?.readToEnd(body)
    }

    // MARK: Ending

    /// Waits for the end of the program.
    ///
    /// What is left of its group is killed before its number is given back, so no unrelated process can be meant. Blocks the
    /// thread.
    package func wait() throws(SystemCallError) -> End {
        try look(options: WEXITED | WNOWAIT) ?? .unknown
    }

    /// How the program has ended, or `nil` while it runs.
    ///
    /// What is left of the group of one that has ended is killed. Never blocks.
    package func endIfEnded() throws(SystemCallError) -> End? {
        try look(options: WEXITED | WNOWAIT | WNOHANG)
    }

    /// Calls the handler on the loop's thread when the program has ended, once or twice, until cancelled.
    package func watchEnd(
        on loop: EventLoop,
        _ handler: @escaping @Sendable () -> Void
    ) throws(SystemCallError) -> EventLoop.Registration {
        guard let exit else { throw SystemCallError(call: "pidfd_open", code: ENOSYS) }
        return try exit.withNumber { number throws(SystemCallError) in
            // Of one that is being debugged it can't be told at first how it has ended: that is another change.
            try loop.watch(number, for: [.readable, .changes]) { _ in handler() }
        }
    }

    /// Asks the program, and all that it has started in its group, to end; or ends it by force.
    package func terminate(byForce: Bool = false) {
        end.withLock { end in if end == nil { signalAll(byForce ? SIGKILL : SIGTERM) } }
    }

    /// Sends a signal to the program alone.
    package func signal(_ number: Int32) {
        end.withLock { end in if end == nil { signalOne(number) } }
    }

    private func look(options: CInt) throws(SystemCallError) -> End? {
        if let end = end.withLock({ $0 }) { return end }
        var info = unsafe siginfo_t()
        do throws(SystemCallError) {
            // The zombie stays until no signal can be on its way to it.
            _ = try retryingOnInterrupt("waitid") { unsafe waitid(P_PID, id_t(processID), &info, options) }
        } catch {
            guard error.code == ECHILD else { throw error }
            return end.withLock { end in
                if end == nil { end = .unknown }
                return end
            }
        }
        return unsafe info.si_signo == 0 ? nil : reap()
    }

    /// Takes the zombie away; nothing in here waits.
    private func reap() -> End {
        end.withLock { end in
            if let end { return end }
            signalAll(SIGKILL)
            var status: CInt = 0
            let found = unsafe waitpid(processID, &status, 0)
            let result: End =
                if found != processID {
                    .unknown
                } else if status & 0x7f == 0 {
                    .exited((status >> 8) & 0xff)
                } else {
                    .signalled(status & 0x7f)
                }
            end = result
            return result
        }
    }

    /// Signals the group while its number is certain to be the program's: it has not been waited for.
    private func signalAll(_ number: Int32) {
        guard isOurs else { return }
        // A program may have left its group; that must not save it.
        if kill(-processID, number) != 0 || number == SIGKILL { signalOne(number) }
    }

    private func signalOne(_ number: Int32) {
        if let exit {
            _ = exit.withNumber { clinux_signal_process($0, number) }
        } else if isOurs {
            kill(processID, number)
        }
    }

    /// Whether the process is still a child, and be it a zombie: somebody else may have waited for it.
    private var isOurs: Bool {
        var info = unsafe siginfo_t()
        return unsafe waitid(P_PID, id_t(processID), &info, WEXITED | WNOWAIT | WNOHANG) == 0
    }
}

/// One of the descriptors that a program is born with.
private struct StandardNumber: LendableDescriptor {
    let number: CInt

    func withNumber<Result, Failure: Error>(_ body: (CInt) throws(Failure) -> Result) throws(Failure) -> Result {
        try body(number)
    }
}
