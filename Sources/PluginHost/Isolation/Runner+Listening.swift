internal import CPluginABI
internal import Glibc
internal import LinuxSystem
internal import PluginLoading
internal import RunnerProtocol
internal import RunnerSandbox

extension Runner {
    /// Begins to take what the runner says and prints, and to wait for its end.
    func listen() {
        do throws(SystemCallError) {
            keep(.end, try process.watchEnd(on: loop) { [weak self] in self?.takeEnd() })
            keep(.messages, try socket.watch(on: loop) { [weak self] in self?.takeMessages() })
            if let output = process.output {
                keep(.output, try output.watch(on: loop) { [weak self] in self?.takeOutput() })
            }
            keep(.faults, try faults.counter.watch(on: loop) { [weak self] in self?.takeFault() })
        } catch {
            kill("it can't be watched: \(error)")
            lookForEnd()
        }
    }

    private func keep(_ source: Source, _ registration: EventLoop.Registration) {
        state.withLock { $0.registrations[source] = registration }
    }

    private func unwatch(_ source: Source) {
        if let registration = state.withLock({ $0.registrations.removeValue(forKey: source) }) {
            loop.cancel(registration)
        }
    }

    /// Looks for the end of one that was killed until it is there: nobody may tell.
    private func lookForEnd() {
        guard !hasEnded else { return }
        takeEnd()
        _ = loop.schedule(at: .now.advanced(by: .milliseconds(10))) { [weak self] in self?.lookForEnd() }
    }

    // MARK: Messages

    /// So many at a time, so that one runner does not keep the others waiting.
    private static let portion = 256

    /// Takes what the runner has said by now; on the loop's thread.
    func takeMessages() {
        for _ in 0..<Self.portion {
            switch socket.receive(waiting: false) {
            case .message(let bytes, var descriptor):
                do throws(FrameError) {
                    take(try RunnerMessage(reading: bytes), &descriptor)
                } catch {
                    return kill("it said something that makes no sense: \(error)")
                }
            case .damaged(let error): return kill("it said something that can't be taken: \(error)")
            case .nothing: return
            case .end: return unwatch(.messages)
            }
        }
    }

    private func take(_ message: RunnerMessage, _ descriptor: inout OwnedFileDescriptor?) {
        let isReady = state.withLock { $0.isReady }
        guard isReady else {
            if let refusal = handshake.refusal(of: message, abiMajor: UInt32(PH_ABI_MAJOR)) {
                _ = socket.send(HostMessage.refuse(refusal).bytes)
                return kill(refusal)
            }
            _ = socket.send(HostMessage.welcome.bytes)
            state.withLock { $0.isReady = true }
            return state.broadcast(.entry)
        }
        switch message {
        case .hello: kill("it said hello twice")
        case .refused(let reason): kill(reason)
        case .log(let speaker, let level, let text): services(of: speaker)?.log(level, text)
        case .event(let speaker, let type, let data): _ = services(of: speaker)?.emit(type, data)
        case .dropped(let speaker, let count):
            services(of: speaker)?.log(
                PH_LOG_WARNING,
                "\(count) records and events were dropped: there were too many at once"
            )
        case .pong(let number):
            state.withLock { $0.lastPong = max($0.lastPong, number) }
            state.broadcast(.entry)
        case .request(let speaker, let number, let call, let isApart):
            serve(call, number, of: speaker, isApart: isApart, &descriptor)
        case .missed(let speaker, let interface): _ = services(of: speaker)?.offers(interface)
        case .full(let seat, let reason): turnAway(seat, reason)
        }
    }

    /// The services of a plugin that says something; `nil` if it is registered no more, or if somebody else says it.
    private func services(of speaker: Speaker) -> HostServices? {
        guard let services = state.withLock({ $0.services[speaker.seat] }), isGenuine(speaker, services) else {
            return nil
        }
        return services
    }

    /// Whether what was said comes with the token of the registration; says once if something does not.
    func isGenuine(_ speaker: Speaker, _ services: HostServices) -> Bool {
        if speaker.token == services.token { return true }
        let isFirst = state.withLock { state in
            defer { state.hasImpostor = true }
            return !state.hasImpostor
        }
        if isFirst {
            settings.warn("\(label): something in its process speaks in the name of another plugin there, in vain")
        }
        return false
    }

    // MARK: Output

    /// The most that a pipe holds of what was printed before the end.
    private static let pipeSize = 1 << 20

    private func takeOutput(limit: Int = 256 << 10) {
        guard let output = process.output else { return }
        var lines: [String] = []
        let rest = output.drain(limit: limit) { bytes in
            // The fault is written down before the backtrace begins.
            let hasCrashed = { self.faults.record(hasEnded: false) != nil }
            lines += state.withLock { $0.output.take(bytes, now: .now, hasCrashed: hasCrashed) }
        }
        if rest == .end {
            lines += state.withLock { $0.output.end() }
            unwatch(.output)
        }
        let label = label
        for line in lines { settings.print(label, line) }
    }

    // MARK: The end

    /// The process has crashed, though it takes its time to end: a backtrace is made.
    private func takeFault() {
        guard let record = faults.record(hasEnded: false) else { return }
        let isFirst = state.withLock { state in
            defer { state.fault = record }
            return state.fault == nil
        }
        lose()
        // Nobody may take its place who would see it off.
        if isFirst { insist(after: settings.tracePatience) }
    }

    private func takeEnd() {
        guard !hasEnded else { return }
        let end: ChildProcess.End
        do throws(SystemCallError) {
            guard let known = try process.endIfEnded() else { return }
            end = known
        } catch {
            end = .unknown
        }
        // What it had still said and printed; others may hold the other ends for long.
        takeMessages()
        takeOutput(limit: Self.pipeSize)
        for source in [Source.messages, .output, .faults, .end] { unwatch(source) }
        let record = faults.record(hasEnded: true)
        leaveGroup(end)
        let (isCrash, handlers) = state.withLock { state in
            state.end = end
            defer { state.endHandlers = [] }
            state.fault = state.fault ?? record
            // Whoever it was lost for may have left it since.
            return (!state.mayEnd || state.hasCrashed || state.fault != nil, state.endHandlers)
        }
        for handler in handlers { handler() }
        if isCrash { report(end) }
        state.broadcast(.drained)
        lose()
        // They hold the runner as it holds them; and registrations end with the process (RS-13).
        let services = state.withLock { state in
            state.victims = []
            return Array(state.services.values)
        }
        for service in services { service.close() }
    }

    /// Ends what it has started and left, and finds out whether it has used more memory than it may.
    private func leaveGroup(_ end: ChildProcess.End) {
        guard let group else { return }
        if end == .signalled(SIGKILL), group.memoryKills > 0 {
            state.withLock { state in
                state.reason = state.reason ?? "it and what it had started used more memory than runnerLimits allow"
            }
        }
        settings.groups?.leave(group)
    }

    /// Reports the crash, for each plugin that it has hit.
    private func report(_ end: ChildProcess.End) {
        let state = state.withLock { $0 }
        for seat in state.isLost ? state.victims : Array(state.seats.values) {
            guard let name = seat.name else { continue }
            var report = CrashReport(plugin: name)
            report.path = seat.path
            report.version = seat.plugin?.version
            report.generation = seat.generation
            report.build = seat.build?.description
            report.isolation = seat.isolation.description
            report.process = process.processID
            report.uptimeSeconds = state.began.duration(to: .now).inSeconds
            report.reason = state.reason
            report.describe(end)
            // What it was asked for counts for the plugin that was asked; a thread of a plugin's own was asked for nothing.
            switch state.fault {
            case let fault? where fault.lane == 0: report.describe(fault, step: nil)
            case let fault? where fault.lane == UInt64(seat.number):
                report.describe(fault, step: FaultStep(rawValue: fault.step).name)
            case nil: report.step = seat.step
            default: break
            }
            report.describe(output: state.output.kept.bytes)
            settings.report(report)
        }
    }
}
