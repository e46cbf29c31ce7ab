internal import LinuxSystem
internal import Synchronization

/// One run of a chain of hooks: on a thread of a pool, while whoever wants the result watches over the deadlines.
///
/// The thread of a hook that is not back at its deadline is left to it, and another goes on with the next hook. A chain
/// in which all keep to their deadlines takes one thread, once.
final class HookRun: Sendable {
    private struct State {
        var outcome: HookOutcome
        var next = 0
        /// Counts the threads that the run has had; only the last one goes on with it.
        var turn = 0
        var worker: WorkerPool.Worker?
        /// When the hook that runs has to be back; `nil` while none does.
        var due: MonotonicInstant?
        /// Until when the one who waits sleeps.
        var awaited: MonotonicInstant?
        var isDone = false

        mutating func skip(_ hook: Hook, _ reason: String) {
            outcome.failures.append(HookResult.Failure(hook: hook.name, error: reason))
            next += 1
        }
    }

    private static let noTimeLeft = "the time for the whole chain was over before its turn"

    /// A plugin that keeps its deadline answers at it; only one that does not is given up.
    private static let grace = Duration.milliseconds(20)

    private let state: Monitor<State>
    private let hooks: [Hook]
    private let caller: any ComponentCaller
    private let deadline: MonotonicInstant
    private let chain = CallChains.present
    private let workers: WorkerPool

    init(
        _ hooks: [Hook],
        value: [UInt8],
        caller: any ComponentCaller,
        workers: WorkerPool,
        deadline: MonotonicInstant
    ) {
        self.hooks = hooks
        self.caller = caller
        self.workers = workers
        self.deadline = deadline
        state = Monitor(State(outcome: HookOutcome(value: value, hooks: hooks.count)))
    }

    /// Runs the chain; the thread waits.
    func run() throws(PluginError) -> HookOutcome {
        try start(turn: 0)
        while true {
            let until = state.withLock { state in
                let until = (state.due ?? deadline).advanced(by: Self.grace)
                state.awaited = until
                return until
            }
            let outcome = state.wait(for: .entry, until: until) { state -> HookOutcome?? in
                if state.isDone { return .some(state.outcome) }
                // The chain has come to a hook that has less time.
                return (state.due ?? deadline).advanced(by: Self.grace) < until ? .some(nil) : nil
            }
            if case .some(.some(let outcome)) = outcome { return outcome }
            try giveUpWhatIsLate()
        }
    }

    private func giveUpWhatIsLate() throws(PluginError) {
        let now = MonotonicInstant.now
        let (worker, next, hasRun) = state.withLock { state -> (WorkerPool.Worker?, Int?, Bool) in
            guard !state.isDone else { return (nil, nil, true) }
            var worker: WorkerPool.Worker?
            if let due = state.due, due.advanced(by: Self.grace) <= now {
                worker = state.worker.take()
                let hook = hooks[state.next]
                hook.hanging.wrappingAdd(1, ordering: .relaxed)
                state.skip(hook, "it was not done by its deadline, and still runs")
                state.due = nil
                state.turn += 1
            } else if state.due != nil || now < deadline {
                return (nil, nil, true)
            }
            guard now >= deadline else { return (worker, state.turn, true) }
            // No other thread is needed to find that there is no time left.
            state.turn += 1
            let hasRun = state.next > 0
            while state.next < hooks.count { state.skip(hooks[state.next], Self.noTimeLeft) }
            state.isDone = true
            return (worker, nil, hasRun)
        }
        if let worker { workers.writeOff(worker) }
        if let next { try start(turn: next) }
        guard hasRun else {
            throw PluginError(code: .busy, message: "no thread was free for the hooks until the deadline")
        }
    }

    private func start(turn: Int) throws(PluginError) {
        let isTaken = workers.perform { [self] worker in goOn(turn: turn, worker) }
        guard isTaken else { throw .stoppedHost }
    }

    private func goOn(turn: Int, _ worker: WorkerPool.Worker) {
        while let (hook, value, due) = begin(turn: turn, worker) {
            let answer: Result<[UInt8], PluginError>
            do throws(PluginError) {
                answer = .success(try caller.call(hook.plugin, hook.method, value, deadline: due, after: chain))
            } catch {
                answer = .failure(error)
            }
            finish(hook, answer, turn: turn)
        }
    }

    /// Begins with the next hook; `nil` if there is none, or another thread goes on.
    private func begin(turn: Int, _ worker: WorkerPool.Worker) -> (Hook, [UInt8], MonotonicInstant)? {
        var wakes = false
        defer { if wakes { state.signal(.entry) } }
        return state.withLock { state in
            guard state.turn == turn else { return nil }
            state.worker = worker
            while state.next < hooks.count {
                let hook = hooks[state.next]
                let now = MonotonicInstant.now
                if let reason = reasonToSkip(hook, now) {
                    state.skip(hook, reason)
                    continue
                }
                let due = min(now.advanced(by: hook.declaration.deadline), deadline)
                state.due = due
                wakes = state.awaited.map { due.advanced(by: Self.grace) < $0 } ?? false
                return (hook, state.outcome.value, due)
            }
            state.isDone = true
            wakes = true
            return nil
        }
    }

    private func reasonToSkip(_ hook: Hook, _ now: MonotonicInstant) -> String? {
        if hook.hanging.load(ordering: .relaxed) > 0 { return "an earlier call of it still runs" }
        return now >= deadline ? Self.noTimeLeft : nil
    }

    private func finish(_ hook: Hook, _ answer: Result<[UInt8], PluginError>, turn: Int) {
        // What is no JSON is found without the lock.
        let value = answer.map { $0.isEmpty || JSONSyntax.isValue($0) ? $0 : nil }
        let isLate = state.withLock { state in
            guard state.turn == turn else { return true }
            state.due = nil
            state.next += 1
            switch value {
            case .success(let new?):
                guard !new.isEmpty, new != state.outcome.value else { break }
                state.outcome.value = new
                state.outcome.changedBy.append(hook.name)
            case .success(nil):
                let error = "it answered what is not JSON"
                state.outcome.failures.append(HookResult.Failure(hook: hook.name, error: error))
            case .failure(let error):
                state.outcome.failures.append(HookResult.Failure(hook: hook.name, error: error.message))
            }
            return false
        }
        if isLate { hook.hanging.wrappingSubtract(1, ordering: .relaxed) }
    }
}
