internal import Glibc
internal import LinuxSystem
internal import PluginLoading
internal import RunnerProtocol

extension Runner {
    /// Ends the runner by force, because nothing else can be relied on, perhaps for the plugin of a seat.
    func kill(_ reason: String, for seat: RunnerSeat? = nil) {
        state.withLock { state in
            guard !state.isLost else { return }
            state.reason = state.reason ?? reason
            state.culprit = seat?.number
        }
        lose()
        process.terminate(byForce: true)
    }

    /// Takes note that a plugin has no use for its seat any more; with the last one the runner ends.
    func leave(_ seat: RunnerSeat) {
        seat.caller.close()
        state.withLock { state in
            state.seats[seat.number] = nil
            state.services[seat.number] = nil
            state.refusals[seat.number] = nil
        }
        end(ifUnused: true)
        // What others stay for does not have to keep threads and a channel for this one.
        if !isEnding { _ = socket.send(HostMessage.left(seat.number).bytes) }
    }

    /// Has the runner stay for a plugin that has no seat yet, until ``release()``; says no if it is lost or ends already.
    func reserve() -> Bool {
        state.withLock { state in
            guard !state.isLost, !state.mayEnd else { return false }
            state.reservations += 1
            return true
        }
    }

    /// Takes note that the plugin has its seat, or will not come.
    func release() {
        state.withLock { $0.reservations -= 1 }
        end(ifUnused: true)
    }

    /// Asks the runner to end; one that does not is terminated, and in the end killed (RS-6).
    func end(ifUnused: Bool = false) {
        let isFirst = state.withLock { state in
            if ifUnused, !state.seats.isEmpty || state.reservations > 0 { return false }
            defer { state.mayEnd = true }
            return !state.mayEnd && state.end == nil
        }
        guard isFirst else { return }
        hasCome()
        // One that has crashed ends by itself, as soon as it has made its backtrace.
        if !isLost, socket.send(HostMessage.shutDown.bytes) != .sent { process.terminate() }
        loop.perform { [self] in insist(after: settings.endPatience) }
    }

    /// Terminates a process that is still there after so long, and in the end kills it; on the loop's thread.
    func insist(after patience: Duration, byForce: Bool = false) {
        _ = loop.schedule(at: .now.advanced(by: patience)) { [weak self] in
            guard let self, !hasEnded else { return }
            process.terminate(byForce: byForce)
            insist(after: settings.endPatience, byForce: true)
        }
    }

    /// Whether it was lost for another plugin than that of a seat.
    func isVictim(_ seat: RunnerSeat) -> Bool {
        state.withLock { state in state.isLost && state.culprit.map { $0 != seat.number } == true }
    }

    var hasEnded: Bool { state.withLock { $0.end != nil } }

    /// Waits until the process is gone.
    func waitUntilEnded(until deadline: MonotonicInstant) -> Bool {
        state.wait(for: .drained, until: deadline) { $0.end == nil ? nil : true } ?? false
    }

    /// Ends all calls that are in the runner, and tells those who rely on it.
    func lose() {
        hasCome()
        let (seats, handlers, loss) = state.withLock { state in
            guard !state.isLost else {
                return ([RunnerSeat](), [@Sendable (RunnerLoss) -> Void](), RunnerLoss(text: ""))
            }
            state.isLost = true
            state.hasCrashed = !state.mayEnd
            state.victims = Array(state.seats.values)
            // The record says what the process wants it to say.
            let culprit = state.fault.map { UInt32(truncatingIfNeeded: $0.lane) } ?? state.culprit
            state.culprit = culprit.flatMap { state.seats[$0] == nil ? nil : $0 }
            defer { state.handlers = [] }
            return (Array(state.seats.values), state.mayEnd ? [] : state.handlers, RunnerLoss(text: Self.text(state)))
        }
        for seat in seats { seat.caller.close() }
        for handler in handlers { handler(loss) }
        state.broadcast(.entry)
    }
}
