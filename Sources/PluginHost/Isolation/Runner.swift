internal import CPluginABI
internal import Glibc
internal import LinuxSystem
internal import PluginLoading
internal import RunnerProtocol
internal import RunnerSandbox

/// A runner as its host sees it: a process, what it says, and how it ends.
///
/// What it says is taken on the thread of a loop; whoever waits for something waits on a monitor.
final class Runner: Sendable {
    struct State: Sendable {
        var isReady = false
        /// Whether it is what somebody wanted that it ends.
        var mayEnd = false
        /// Nothing can be had from it any more.
        var isLost = false
        /// Whether it was lost though nobody wanted it to end.
        var hasCrashed = false
        /// Why the host has ended it, or what it has said before it ended itself.
        var reason: String?
        var end: ChildProcess.End?
        var label = "runner"
        var seats: [UInt32: RunnerSeat] = [:]
        /// Those that were there when it was lost.
        var victims: [RunnerSeat] = []
        /// The seat of the plugin for which it was lost, if one is known.
        var culprit: UInt32?
        var services: [UInt32: HostServices] = [:]
        /// The number 0 is nobody's: it stands in the record of a thread that served no plugin when it failed.
        var nextSeat: UInt32 = 1
        /// Why there is no room for the plugins of some seats.
        var refusals: [UInt32: String] = [:]
        /// Whether something in it has spoken in the name of a plugin there that it is not.
        var hasImpostor = false
        /// How many plugins are on their way to a seat, for which it does not end.
        var reservations = 0
        /// The channel of the first seat, which is made before anybody needs it.
        var spareChannel: Channel?
        /// Whether it goes before the calls of others, because a plugin is on its way into it.
        var isExpected = false
        var handlers: [@Sendable (RunnerLoss) -> Void] = []
        var endHandlers: [@Sendable () -> Void] = []
        var registrations: [Source: EventLoop.Registration] = [:]
        var output = RunnerOutput()
        /// What the thread that crashed has left.
        var fault: FaultRecord?
        let began = MonotonicInstant.now
        var lastPing: UInt64 = 0
        var lastPong: UInt64 = 0
    }

    /// What the loop waits for.
    enum Source: Hashable, Sendable {
        case messages, output, faults, end
    }

    /// A channel to a place in the runner that nobody has yet.
    struct Channel: Sendable {
        var number: UInt32
        var caller: CallerSide
    }

    let settings: RunnerSettings
    let process: ChildProcess
    /// Its control group; `nil` if it has none of its own.
    let group: ControlGroup.Member?
    let socket: MessageSocket
    let handshake: Handshake
    let loop: EventLoop
    let faults: RunnerFaults
    /// That of all runners of this host.
    let rightOfWay: RightOfWay
    let state: Monitor<State>

    init(
        _ settings: RunnerSettings,
        process: ChildProcess,
        group: ControlGroup.Member? = nil,
        socket: MessageSocket,
        handshake: Handshake,
        faults: RunnerFaults,
        loop: EventLoop,
        rightOfWay: RightOfWay = RightOfWay()
    ) {
        self.settings = settings
        self.process = process
        self.group = group
        self.socket = socket
        self.handshake = handshake
        self.faults = faults
        self.loop = loop
        self.rightOfWay = rightOfWay
        var state = State()
        // What it prints before it is told what it is for.
        if let plugin = handshake.plugins.first { state.label = plugin }
        self.state = Monitor(state)
    }

    // MARK: Beginning

    /// Waits until the runner has reported; a refusal, and an early end, are told at once (RS-2).
    func waitUntilReady(until deadline: MonotonicInstant) throws(PluginError) {
        var patience = RunningDeadline(until: deadline)
        var outcome: Bool?
        repeat {
            outcome = state.wait(for: .entry, until: patience.nextLook) { state in
                if state.isLost { return false }
                return state.isReady ? true : nil
            }
        } while outcome == nil && !patience.hasPassed(at: .now)
        guard outcome != true else { return }
        if outcome == nil { kill("it did not report within \(settings.startTimeout.inSeconds) s") }
        let end = endText
        let said = state.withLock { $0.output.kept.bytes }.split(separator: UInt8(ascii: "\n")).last
        let reason = said.map { ": \(String(decoding: $0.prefix(500), as: UTF8.self))" } ?? ""
        throw PluginError(code: .crashed, message: "a runner could not be started: \(end)\(reason)")
    }

    /// Tells the runner what it is for; from then on it runs plugins' code.
    func assign(label: String, _ sandboxing: RunnerSandboxing) throws(PluginError) {
        state.withLock { $0.label = label }
        if let group { try settings.groups?.limit(group, to: sandboxing.limits) }
        let message = HostMessage.assign(
            label: label,
            sandbox: sandboxing.rules?.encoded() ?? [],
            directory: sandboxing.directory ?? ""
        )
        try say(message, nil)
    }

    /// Leads what the plugin of a seat says to the host.
    func serve(_ services: HostServices, of seat: RunnerSeat) {
        state.withLock { $0.services[seat.number] = services }
    }

    /// Calls the handler once if the runner is lost without anybody's wish, on any thread.
    func whenLost(_ handler: @escaping @Sendable (RunnerLoss) -> Void) {
        let loss: RunnerLoss? = state.withLock { state in
            guard state.isLost, !state.mayEnd else {
                state.handlers.append(handler)
                return nil
            }
            return RunnerLoss(text: Self.text(state))
        }
        if let loss { handler(loss) }
    }

    /// Calls the handler once the process is gone, on any thread.
    func whenEnded(_ handler: @escaping @Sendable () -> Void) {
        let hasEnded = state.withLock { state in
            if state.end == nil { state.endHandlers.append(handler) }
            return state.end != nil
        }
        if hasEnded { handler() }
    }

    func say(_ message: HostMessage, _ lent: (any LendableDescriptor)?) throws(PluginError) {
        switch socket.send(message.bytes, with: lent, until: .now.advanced(by: settings.endPatience)) {
        case .sent: return
        case .full:
            kill("it does not take what it is told")
            throw PluginError(code: .crashed, message: "\(label): the runner does not take what it is told")
        case .refused(let error) where error.code == EMSGSIZE:
            let text = "the runner is to be told what is too long for a message of \(MessageSocket.limit) bytes"
            throw PluginError(
                code: .badConfiguration,
                message: "\(label): \(text); a sandbox with fewer paths is shorter"
            )
        case .refused:
            throw PluginError(code: .crashed, message: "\(label): \(endText)")
        }
    }

    /// Asks the runner for a sign of life; one that gives none in time, of which the host itself has run as long, is ended.
    func ping(within patience: Duration, from now: MonotonicInstant = .now) {
        let number = state.withLock { state in
            state.lastPing += 1
            return state.lastPing
        }
        // One that has no room for it now has had no time to take its answers; it still owes the sign.
        if case .refused = socket.send(HostMessage.ping(number).bytes) { return }
        let deadline = RunningDeadline(after: patience, from: now)
        loop.perform { [self] in lookForPong(number, until: deadline, patience) }
    }

    /// Looks for the answer to a ping until it is there or too late; on the loop's thread.
    private func lookForPong(_ number: UInt64, until deadline: RunningDeadline, _ patience: Duration) {
        _ = loop.schedule(at: deadline.nextLook) { [weak self] in
            // It may have come while this thread could not look.
            self?.takeMessages()
            guard let self, state.withLock({ $0.lastPong < number && !$0.isLost && !$0.mayEnd }) else { return }
            var deadline = deadline
            guard deadline.hasPassed(at: .now) else { return lookForPong(number, until: deadline, patience) }
            kill("it has given no sign of life for \(patience.inSeconds) s")
        }
    }

    // MARK: Asking

    var label: String { state.withLock { $0.label } }
    var isLost: Bool { state.withLock { $0.isLost } }
    var isEnding: Bool { state.withLock { $0.mayEnd } }

    /// What is known by now of how it ended.
    var lossText: String { state.withLock { Self.text($0) } }

    /// How it ended, which is waited for a moment, as the rest of a sentence.
    var endText: String {
        let known: String? = state.wait(for: .drained, until: .now.advanced(by: .seconds(3))) { state in
            state.end == nil ? nil : Self.text(state)
        }
        return known ?? state.withLock { Self.text($0) }
    }

    static func text(_ state: State) -> String {
        if let reason = state.reason { return "its runner was ended: \(reason)" }
        switch state.end {
        case .exited(let status): return "its runner exited with status \(status)"
        case .signalled(let signal):
            // What came first is the cause.
            let fault = state.fault.flatMap { $0.isKnown ? $0.signal : nil }
            return "its runner was ended by \(SignalName.of(fault ?? signal))"
        case .unknown: return "its runner ended"
        case nil:
            guard let fault = state.fault else { return "its runner is lost" }
            return "its runner was ended by \(SignalName.of(fault.signal))"
        }
    }
}
