internal import LinuxSystem

/// Calls components on threads of its own, and gives those up that are not back at their deadline.
///
/// A plugin in a runner is cut off by the runner's supervision. Code in the host's process can't be interrupted: its thread
/// is left to it, and whoever asked goes on.
final class WatchedCalls: Sendable {
    private struct State {
        var worker: WorkerPool.Worker?
        var answer: Result<[UInt8], PluginError>?
        var isGivenUp = false
    }

    /// A plugin that keeps its deadline answers at it; only one that does not is given up.
    private static let grace = Duration.milliseconds(20)

    private let caller: any ComponentCaller
    private let workers: WorkerPool

    init(caller: any ComponentCaller, name: String, threads: Int = 16) {
        self.caller = caller
        workers = WorkerPool(name: name, limit: threads)
    }

    /// Makes the call of a component while this thread waits; one in which too many calls hang is refused.
    func call(
        _ plugin: String,
        _ method: String,
        _ input: [UInt8],
        deadline: MonotonicInstant,
        of component: String,
        _ hanging: HangingCalls
    ) throws(PluginError) -> [UInt8] {
        try hanging.check(component)
        let call = Monitor(State())
        let (caller, chain) = (caller, CallChains.present)
        let isTaken = workers.perform { worker in
            let isWanted = call.withLock { state in
                state.worker = worker
                return !state.isGivenUp
            }
            guard isWanted else { return }
            let answer: Result<[UInt8], PluginError>
            do throws(PluginError) {
                // Others may have been cut off while this one waited for a thread.
                try hanging.check(component)
                answer = .success(try caller.call(plugin, method, input, deadline: deadline, after: chain))
            } catch {
                answer = .failure(error)
            }
            let wasGivenUp = call.withLock { state in
                state.answer = answer
                return state.isGivenUp
            }
            if wasGivenUp { hanging.note(hangs: false) } else { call.signal(.entry) }
        }
        guard isTaken else { throw .stoppedHost }
        let answer = call.wait(for: .entry, until: deadline.advanced(by: Self.grace)) { $0.answer }
        if let answer { return try answer.get() }
        // The answer may have come after the last look.
        let (late, worker) = call.withLock { state in
            if state.answer == nil { state.isGivenUp = true }
            return (state.answer, state.worker)
        }
        if let late { return try late.get() }
        guard let worker else {
            throw PluginError(code: .busy, message: "\(plugin): no thread was free for \(method) until the deadline")
        }
        hanging.note(hangs: true)
        workers.writeOff(worker)
        throw PluginError(
            code: .timedOut,
            message: "\(plugin): \(method) was not done by its deadline, and still runs"
        )
    }

    func stop() { workers.stop() }
}

extension PluginError {
    /// Refuses what was asked for after the host's end.
    static let stoppedHost = PluginError(code: .shuttingDown, message: "the host has stopped")
}
