internal import Glibc
internal import LinuxSystem
internal import PluginHost

/// The small process around a host: starts it, passes signals on, and starts it again when it has crashed.
///
/// It waits in the kernel and knows nothing of plugins; what the host was doing when it crashed stands in memory that both
/// share.
struct HostSupervisor {
    /// How a host has ended.
    fileprivate struct Ended {
        var process: Int32
        var end: ChildProcess.End
        var trace: HostTrace
        var uptime: Duration
        /// Whether it was to read its configuration again.
        var wasHungUp = false
    }

    /// How long what the host has left behind may take to end.
    private static let patience = Duration.seconds(5)

    let words: [String]
    let variables: [String: String]
    let log: LogWriter
    let signals: CollectedSignals
    let limits: RestartLimits
    /// Whether the host takes the keys of the terminal, for which it has to be in the same process group.
    let takesKeys: Bool
    var orphans: Orphans
    /// Whether it was started from a terminal.
    private let hadTerminal = ControllingTerminal.isThere

    init(
        words: [String],
        variables: [String: String],
        log: LogWriter,
        signals: CollectedSignals,
        limits: RestartLimits,
        takesKeys: Bool = false,
        orphans: Orphans
    ) {
        self.words = words
        self.variables = variables
        self.log = log
        self.signals = signals
        self.limits = limits
        self.takesKeys = takesKeys
        self.orphans = orphans
    }

    /// Runs hosts until one ends as it should, or too many have crashed; gives the exit status.
    mutating func run() -> Int32 {
        var policy = RestartPolicy(limits)
        var report: HostCrash?
        while true {
            var stop: Int32?
            var status: Int32 = 1
            do throws(SystemCallError) {
                let ended = try runHost(after: report, &policy, &stop)
                if ended.wasTooEarly {
                    if stop != nil { return ended.status }
                    log.say(
                        "SIGHUP has come before the host could take it: it begins anew, with the present configuration"
                    )
                    continue
                }
                let isOver = stop != nil || ended.isDeliberate
                guard !isOver || ended.isCrash else { return ended.status }
                let crash = HostCrash(ended.trace, process: ended.process, end: ended.end, uptime: ended.uptime)
                tell(crash, ended)
                if isOver { return ended.status }
                (report, status) = (crash, max(ended.status, 1))
            } catch {
                log.say("the host can't be started: \(error)", level: .error)
                // What a host lacks that has run before may be there again in a moment.
                if report == nil || stop != nil { return status }
            }
            switch policy.didEnd(at: .now, random: .random(in: 0..<1)) {
            case .giveUp(let reason):
                log.say("the host stays down: \(reason)", level: .error)
                return status
            case .restart(let delay):
                log.say("the host is started again (restart \(policy.restartsInARow) in a row)", level: .warning)
                if let signal = wait(delay) { return 128 + signal }
            }
        }
    }

    // MARK: One host

    private mutating func runHost(
        after report: HostCrash?,
        _ policy: inout RestartPolicy,
        _ stop: inout Int32?
    ) throws(SystemCallError) -> Ended {
        let record = try CrashRecord()
        var launch = ChildProcess.Launch(executable: "/proc/self/exe", arguments: words, environment: variables)
        launch.name = CommandLine.arguments.first
        launch.environment[SupervisionMark.name] = "\(getpid())"
        // Nobody is asked anything: there may be nobody, and the host is to be back soon.
        launch.environment["SWIFT_BACKTRACE"] =
            variables["SWIFT_BACKTRACE"] ?? "interactive=no,color=no,output-to=stderr"
        (launch.input, launch.output, launch.endsWithParent) = (.inherited, .inherited, true)
        launch.keepsGroup = takesKeys
        launch.lending = [record.file, try AnonymousFile(report.flatMap { try? JSONCoding.encode($0) } ?? [])]
        let started = MonotonicInstant.now
        let host = try ChildProcess(launch)
        policy.didStart(at: started)
        var wasHungUp = false
        var end = try host.endIfEnded()
        while end == nil {
            signals.wait(orEndOf: host, until: nil)
            for signal in signals.take() {
                let number = signal.number
                if number == SIGCHLD {
                    orphans.reap(except: host.processID)
                } else {
                    if endsHost(number) { stop = stop ?? number }
                    if number == SIGHUP { wasHungUp = true }
                    // The second one would end it without ado.
                    if !(takesKeys && signal.isOfTerminal) { host.signal(number) }
                }
            }
            end = try host.endIfEnded()
        }
        orphans.killAll(until: .now.advanced(by: Self.patience))
        return Ended(
            process: host.processID,
            end: end ?? .unknown,
            trace: try record.read(),
            uptime: started.duration(to: .now),
            wasHungUp: wasHungUp
        )
    }

    /// Whether a signal is the wish that the host ends: SIGHUP has it read its configuration, unless the terminal is gone.
    private func endsHost(_ signal: Int32) -> Bool {
        if signal == SIGHUP { return hadTerminal && !ControllingTerminal.isThere }
        return signal != SIGCHLD
    }

    private func tell(_ crash: HostCrash, _ ended: Ended) {
        var message = crash.message
        if !ended.trace.stateDirectory.isEmpty {
            do throws(PluginError) {
                message += "; see \(try HostCrashArchive(stateDirectory: ended.trace.stateDirectory).save(crash))"
            } catch {
                message += "; \(error.message)"
            }
        }
        log.say(message, level: .error)
    }

    /// Waits before a restart; gives the signal that makes it pointless.
    private func wait(_ delay: Duration) -> Int32? {
        let deadline = MonotonicInstant.now.advanced(by: delay)
        repeat {
            if let signal = signals.take().map(\.number).first(where: endsHost) { return signal }
            if delay > .zero { signals.wait(orEndOf: nil, until: deadline) }
        } while MonotonicInstant.now < deadline
        return nil
    }
}

extension HostSupervisor.Ended {
    /// Whether it was told to read its configuration again when it did not know yet what that signal means.
    fileprivate var wasTooEarly: Bool { wasHungUp && end == .signalled(SIGHUP) }

    /// Whether it has ended because it wanted to, or was told to directly.
    fileprivate var isDeliberate: Bool {
        if trace.isOrderly { return true }
        // The second signal ends a host without ado.
        return [SIGINT, SIGTERM].contains { end == .exited(128 + $0) || end == .signalled($0) }
    }

    /// Whether something went wrong, though the host was about to end.
    fileprivate var isCrash: Bool {
        if !isDeliberate { return true }
        guard case .signalled = end else { return false }
        return trace.cause != nil
    }

    /// The exit status as a shell would give it.
    fileprivate var status: Int32 {
        switch end {
        case .exited(let status): status
        case .signalled(let signal): 128 + signal
        case .unknown: 1
        }
    }
}
