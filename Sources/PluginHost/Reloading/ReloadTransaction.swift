internal import LinuxSystem
internal import PluginLoading
internal import Synchronization

/// Puts a new generation in the place of the one that serves, or leaves everything as it was (HR-4).
///
/// The new generation is created, initialised and asked about the state while the old one serves. Then calls are held,
/// those in flight are drained, the state moves, the new generation is started and asked for its health, and the held calls
/// go to it. A plugin without state is switched without holding anybody.
///
/// It runs on one worker thread, synchronously. The old generation is never destroyed before the new one serves.
final class ReloadTransaction: Sendable {
    /// How far it has come.
    private struct Work {
        var generation: Generation?
        /// The state in which the previous generation was left.
        var left: SavedState?
        var statePreserved = false
        /// Calls of the previous generation are held.
        var isHolding = false
        var hasStarted = false
        /// The previous generation has died of what was asked of it.
        var hasLostPrevious = false
        var outcome: Outcome?
        /// Why it has failed.
        var failure: PluginError?
    }

    let plan: Plan
    private let progress: Mutex<TransactionProgress>
    // Only the worker changes it; who gives the transaction up reads the outcome.
    private let work = Mutex(Work())
    private let components: ComponentSwitch
    private let limits: Limits

    init(_ plan: Plan) {
        self.plan = plan
        limits = Limits(plan)
        progress = Mutex(TransactionProgress(isAlone: !plan.isOneOfSeveral))
        components = ComponentSwitch(plan.components, of: plan.slot.id)
    }

    /// The steps so far, for the report.
    var report: TransactionProgress {
        progress.withLock { $0 }
    }

    /// Whether the old generation has died of what was asked of it, which is no fault of the new one.
    var hasLostPrevious: Bool {
        work.withLock { $0.hasLostPrevious }
    }

    // MARK: Running

    /// Runs the transaction to its end.
    func run() throws(PluginError) -> Outcome {
        do throws(PluginError) {
            try prepare()
            try hold()
            try move()
            try check()
        } catch {
            undo(after: error)
            throw error
        }
        let outcome = commit()
        release()
        return outcome
    }

    /// Makes the new generation, and asks it about the state while the old one serves.
    func prepare() throws(PluginError) {
        let instance = try step(.create) { () throws(PluginError) in
            let instance = try plan.image.makeInstance(generation: plan.number, services: plan.services)
            let generation = Generation(
                number: plan.number,
                image: plan.image,
                instance: instance,
                standing: plan.standing,
                isStarted: plan.startsAutomatically
            )
            // Before the step is over: what comes back too late has to be ended as well.
            work.withLock { $0.generation = generation }
            return instance
        }
        try step(.load) { () throws(PluginError) in try instance.perform(.load) }
        try enters(.loaded)
        try step(.initialise) { () throws(PluginError) in try instance.initialise(plan.settings) }
        try enters(.initialised)
        try step(.declare) { () throws(PluginError) in try components.prepare(instance, from: plan.image.source) }
        try dryRun(instance)
    }

    private func dryRun(_ instance: any PluginInstance) throws(PluginError) {
        // A state is only offered to what keeps one.
        guard instance.hasState else { return }
        if let stored = plan.stored {
            try step(.dryRun) { () throws(PluginError) in
                try StateCompatibility.check(
                    schema: stored.state.schema,
                    savedBy: stored.version,
                    for: plan.image.descriptor
                )
                try instance.checkState(stored.state)
            }
        } else if let previous = plan.previous, plan.movesState, previous.isStarted, previous.instance.hasState {
            try step(.dryRun, limit: limits.visit) { () throws(PluginError) in
                let deadline = MonotonicInstant.now.advanced(by: plan.drainTimeout)
                let state = try ask(previous) { () throws(PluginError) in
                    try unsafe plan.slot.visit(previous.instance.lane, until: deadline) { () throws(PluginError) in
                        try previous.instance.saveState()
                    }
                }
                try StateCompatibility.check(
                    schema: state.schema,
                    savedBy: previous.descriptor.version,
                    for: plan.image.descriptor
                )
                try instance.checkState(state)
            }
        }
    }

    /// Holds calls, if there is a state to move or others switch with this one, or at an idle moment that was waited for.
    func hold() throws(PluginError) {
        guard let previous = plan.previous, previous.isStarted else { return }
        let moves = (plan.movesState || plan.leavesState) && previous.instance.hasState
        let mustHold = moves || plan.stored != nil || plan.isOneOfSeveral
        guard mustHold || plan.idleBound != nil else { return }
        work.withLock { $0.isHolding = true }
        try hold(previous, atAnyCost: mustHold)
    }

    /// Moves the state, and starts the new generation.
    func move() throws(PluginError) {
        guard let generation = work.withLock({ $0.generation }) else { throw Self.abandoned }
        var left: SavedState?
        if work.withLock({ $0.isHolding }), let previous = plan.previous,
            plan.movesState || plan.leavesState || plan.stored != nil
        {
            left = try saveState(of: previous)
        }
        let instance = generation.instance
        if let state = plan.stored?.state ?? (plan.movesState ? left : nil), instance.hasState {
            try step(.restore) { () throws(PluginError) in try instance.restoreState(state) }
            work.withLock { $0.statePreserved = true }
        }
        work.withLock { $0.left = left }
        guard plan.startsAutomatically else { return }
        try step(.start) { () throws(PluginError) in
            try instance.perform(.start)
            work.withLock { $0.hasStarted = true }
        }
        try step(.healthCheck) { () throws(PluginError) in
            let health = instance.checkHealth()
            if case .unhealthy = health.level {
                throw PluginError(
                    code: .unhealthy,
                    message: "\(plan.image.descriptor.id): unhealthy after its start: \(health.details)"
                )
            }
        }
        guard plan.comesPaused else { return }
        try step(.pause) { () throws(PluginError) in try instance.perform(.pause) }
        unsafe instance.lane.pointee.close()
    }

    /// Decides that the new generation serves; throws if the transaction was given up before.
    func check() throws(PluginError) {
        guard progress.withLock({ $0.switches() }) else { throw Self.abandoned }
    }

    /// Makes the new generation the one that serves.
    func commit() -> Outcome {
        let (generation, left, statePreserved) = work.withLock { ($0.generation, $0.left, $0.statePreserved) }
        guard let generation else { preconditionFailure("nothing was prepared that could serve") }
        let id = plan.slot.id
        // Who calls a new component must not reach the old generation: for the moment between the two, calls wait.
        let changes = components.changes
        if changes {
            if let previous = plan.previous { unsafe previous.instance.lane.pointee.close() }
            components.commit(as: plan.number, isServing: plan.startsAutomatically)
        }
        if plan.startsAutomatically {
            unsafe plan.slot.open(generation.instance.lane)
        } else {
            plan.slot.shut(
                PluginError(
                    code: .busy,
                    message:
                        "\(id): not started, because autoStart is off or it was stopped; 'plugin-host start \(id)' "
                        + "starts it"
                )
            )
        }
        progress.withLock { $0.released(now: .now) }
        if let previous = plan.previous { unsafe previous.instance.lane.pointee.close() }
        if !changes { components.commit(as: plan.number, isServing: plan.startsAutomatically) }
        plan.previous?.standing.end()
        if plan.startsAutomatically { plan.standing.begin() }
        if plan.startsAutomatically, !plan.comesPaused { try? plan.state.move(to: .running, of: plan.number) }
        let outcome = Outcome(generation: generation, left: left, statePreserved: statePreserved)
        work.withLock { $0.outcome = outcome }
        return outcome
    }

    /// Lets the old generation go on as it was, and ends the new one, which never served.
    ///
    /// Functions of both are called for that, which may hang as well.
    func undo(after failure: PluginError) {
        plan.standing.end()
        components.giveUp()
        let (generation, isHolding, hasStarted) = work.withLock { work in
            work.failure = failure
            return (work.generation.take(), work.isHolding, work.hasStarted)
        }
        if isHolding, let previous = plan.previous { letGo(to: previous) }
        guard let generation else { return }
        // What was given up and has come back at last is ended too; then nobody waits for that.
        _ = progress.withLock { $0.putsRight(now: .now, limit: limits.step) }
        if hasStarted { try? generation.instance.perform(.stop) }
        GenerationEnd.end(generation.instance, isRunning: false, warn: plan.warn)
        _ = progress.withLock { $0.hasPutRight() }
    }

    // MARK: Holding

    private func hold(_ previous: Generation, atAnyCost mustHold: Bool) throws(PluginError) {
        let slot = plan.slot
        let lane = unsafe previous.instance.lane
        // Before calls are held: who hears of it must not make them wait longer.
        try enters(.reloading)
        var isClosed = false
        if let bound = plan.idleBound {
            isClosed = try step(.waitForIdle, limit: limits.idle) { () throws(PluginError) in
                unsafe slot.closeWhenIdle(lane, until: .now.advanced(by: bound))
            }
        }
        guard isClosed || mustHold else {
            work.withLock { $0.isHolding = false }
            return letGo(to: previous)
        }
        progress.withLock { $0.hold(now: .now) }
        if !isClosed {
            try step(.drain, limit: limits.drain) { () throws(PluginError) in
                guard unsafe slot.closeAndDrain(lane, within: limits.drainItself) else {
                    throw PluginError(
                        code: .timedOut,
                        message: "\(slot.id): \(unsafe lane.pointee.inFlight) calls did not end within "
                            + "\(plan.drainTimeout.inSeconds) s, so it was not reloaded; the old generation goes on"
                    )
                }
            }
        }
        // Where no state moves, the moment was all that was waited for.
        guard mustHold else { return }
        try step(.pause) { () throws(PluginError) in
            try ask(previous) { () throws(PluginError) in try previous.instance.perform(.pause) }
            // Given up, it goes on, and what it has paused at last is to do so as well.
            guard progress.withLock({ $0.paused() }) else { return previous.goOn(in: slot, warn: plan.warn) }
        }
    }

    /// Saves the state of the old generation; one that is rolled back from is saved as well as it can be.
    private func saveState(of previous: Generation) throws(PluginError) -> SavedState? {
        guard previous.instance.hasState else { return nil }
        do throws(PluginError) {
            return try step(.save) { () throws(PluginError) in
                try ask(previous) { () throws(PluginError) in try previous.instance.saveState() }
            }
        } catch  where plan.goesBack && !report.isAbandoned {
            plan.warn("\(plan.slot.id): the state of the generation that is left could not be saved: \(error.message)")
            return nil
        }
    }

    /// Asks the old generation for something, and takes note if it dies of it.
    private func ask<Answer>(
        _ previous: Generation,
        _ body: () throws(PluginError) -> Answer
    ) throws(PluginError) -> Answer {
        do throws(PluginError) {
            return try previous.run(previous.functions.begin(), warn: plan.warn, body)
        } catch {
            if previous.image.isLost { work.withLock { $0.hasLostPrevious = true } }
            throw error
        }
    }

    /// Lets the calls that are held go to the old generation, which goes on as it was.
    private func letGo(to previous: Generation) {
        let hasPaused = report.hasPaused
        guard progress.withLock({ $0.putsRight(now: .now, limit: limits.step) }) else { return }
        if hasPaused { Self.resume(previous, plan) }
        guard progress.withLock({ $0.hasPutRight() }) else { return }
        Self.reopen(previous, plan)
        progress.withLock { $0.released(now: .now) }
    }

    private static func resume(_ previous: Generation, _ plan: Plan) {
        guard !previous.image.isLost else { return }
        do throws(PluginError) {
            try previous.run(previous.functions.begin(), warn: plan.warn) { () throws(PluginError) in
                try previous.instance.perform(.resume)
            }
        } catch {
            plan.warn("\(plan.slot.id): the old generation goes on, though it failed to resume: \(error.message)")
        }
    }

    private static func reopen(_ previous: Generation, _ plan: Plan) {
        // What has died, of its resume perhaps, is started again, and calls are held until then.
        guard !previous.image.isLost else { return }
        unsafe plan.slot.reopen(previous.instance.lane)
        try? plan.state.move(to: .running, of: previous.number)
    }

    // MARK: Ending

    /// Ends the generation that was replaced, once nobody is in it any more.
    func release() {
        guard let previous = plan.previous else { return }
        do throws(PluginError) {
            try step(.release, limit: limits.visit) { () throws(PluginError) in
                guard unsafe plan.slot.drain(previous.instance.lane, until: .now.advanced(by: plan.drainTimeout)) else {
                    throw PluginError(
                        code: .timedOut,
                        message: "calls in flight did not end within \(plan.drainTimeout.inSeconds) s"
                    )
                }
                GenerationEnd.end(previous, warn: plan.warn)
            }
        } catch {
            plan.warn(
                "\(plan.slot.id): generation \(previous.number) was replaced but could not be ended: \(error.message)"
            )
        }
    }

    // MARK: Giving up

    /// What became of a transaction that was given up: the outcome is there if it had switched before.
    struct Abandonment: Sendable {
        var error: PluginError
        var outcome: Outcome?
    }

    /// Gives the transaction up if its step has taken too long, and lets the old generation go on.
    ///
    /// What may block runs by `resume`, on another thread. The result is `nil` if there is no reason to give up.
    func abandonIfOverdue(
        force: Bool = false,
        resume: (@escaping @Sendable () -> Void) -> Void
    ) -> Abandonment? {
        guard let abandoned = progress.withLock({ $0.abandon(now: .now, force: force) }) else { return nil }
        if !abandoned.hasSwitched {
            plan.standing.end()
            components.giveUp()
        }
        if abandoned.isHolding || abandoned.phase == .waitForIdle, let previous = plan.previous {
            let plan = plan
            if abandoned.hasPaused {
                resume {
                    Self.resume(previous, plan)
                    Self.reopen(previous, plan)
                }
            } else {
                Self.reopen(previous, plan)
            }
        }
        // In a step of another plugin nobody is in this one, and it can be ended.
        if force, !abandoned.hasSwitched, abandoned.phase == nil,
            let generation = work.withLock({ $0.generation.take() })
        {
            let (hasStarted, warn) = (work.withLock { $0.hasStarted }, plan.warn)
            resume { GenerationEnd.end(generation.instance, isRunning: hasStarted, warn: warn) }
        }
        let error = PluginError(
            code: .timedOut,
            message:
                "\(plan.image.descriptor.id): \(plan.image.source): \(abandoned.phase?.rawValue ?? "it") did not return "
                + "within \(plan.lifecycleTimeout.inSeconds) s; its thread was given up"
        )
        let (failure, outcome) = work.withLock { ($0.failure, $0.outcome) }
        if failure != nil { plan.warn(error.message) }
        return Abandonment(error: failure ?? error, outcome: abandoned.hasSwitched ? outcome : nil)
    }

    private static let abandoned = PluginError(code: .timedOut, message: "the reload was given up")

    // MARK: Steps

    /// Runs one step within its limit and notes how long it took.
    private func step<Result>(
        _ phase: ReloadPhase,
        limit: UInt64? = nil,
        _ body: () throws(PluginError) -> Result
    ) throws(PluginError) -> Result {
        let limit = limit ?? limits.step
        guard progress.withLock({ $0.begin(phase, now: .now, limit: limit) }) else { throw Self.abandoned }
        do throws(PluginError) {
            let result = try body()
            guard progress.withLock({ $0.end(now: .now) }) else { throw Self.abandoned }
            return result
        } catch {
            _ = progress.withLock { $0.end(now: .now) }
            throw error
        }
    }

    /// Moves the plugin's state, which the old generation holds while there is one.
    private func enters(_ next: PluginState) throws(PluginError) {
        guard plan.previous == nil || next == .reloading else { return }
        try plan.state.move(to: next, of: plan.previous?.number ?? plan.number)
    }
}
