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
    /// What is to be done, decided by the host beforehand.
    struct Plan: Sendable {
        var slot: PluginSlot
        var state: StateCell
        var number: UInt64
        var image: any PluginImage
        var services: HostServices
        var components: ComponentCatalogue
        var settings: [UInt8]
        var startsAutomatically: Bool
        /// The generation that serves now.
        var previous: Generation?
        /// Whether the state of the previous generation moves over.
        var movesState: Bool
        /// A state from before that is put back instead, with the version that saved it.
        var stored: (state: SavedState, version: String)?
        /// How long to wait for a moment without calls before calls are held; `nil` to hold at once.
        var idleBound: Duration?
        var drainTimeout: Duration
        var lifecycleTimeout: Duration
        var warn: @Sendable (String) -> Void
    }

    /// What came of it.
    struct Outcome: Sendable {
        var generation: Generation
        /// The state in which the previous generation was left.
        var left: SavedState?
        var statePreserved: Bool
    }

    let plan: Plan
    private let progress = Mutex(TransactionProgress())
    private let outcome = Mutex<Outcome?>(nil)
    /// The components of the new generation, until it is decided whether it serves.
    private let reservation = Mutex<ComponentCatalogue.Reservation?>(nil)

    init(_ plan: Plan) {
        self.plan = plan
    }

    /// The steps so far, for the report.
    var report: TransactionProgress {
        progress.withLock { $0 }
    }

    // MARK: Running

    /// Runs the transaction to its end.
    func run() throws(PluginError) -> Outcome {
        let generation = try makeGeneration()
        let outcome: Outcome
        do throws(PluginError) {
            outcome = try takeOver(generation)
        } catch {
            discard(generation)
            throw error
        }
        self.outcome.withLock { $0 = outcome }
        if let previous = plan.previous { release(previous) }
        return outcome
    }

    private func makeGeneration() throws(PluginError) -> Generation {
        let instance = try step(.create) { () throws(PluginError) in
            try plan.image.makeInstance(generation: plan.number, services: plan.services)
        }
        let generation = Generation(
            number: plan.number,
            image: plan.image,
            instance: instance,
            isStarted: plan.startsAutomatically
        )
        do throws(PluginError) {
            try step(.load) { () throws(PluginError) in try instance.perform(.load) }
            try enters(.loaded)
            try step(.initialise) { () throws(PluginError) in try instance.initialise(plan.settings) }
            try enters(.initialised)
            try declareComponents(instance)
            try dryRun(instance)
        } catch {
            discard(generation)
            throw error
        }
        return generation
    }

    /// Asks the new generation what it contributes, and keeps the names for it (RS-9).
    private func declareComponents(_ instance: any PluginInstance) throws(PluginError) {
        var declaration = ComponentDeclaration()
        if instance.declaresComponents {
            declaration = try step(.declare) { () throws(PluginError) in
                try ComponentDeclaration(of: instance, plugin: plan.image.descriptor.id, source: plan.image.source)
            }
        }
        let reservation = try plan.components.reserve(declaration, for: plan.image.descriptor.id)
        self.reservation.withLock { $0 = reservation }
    }

    /// Asks the new generation about the state while the old one serves.
    private func dryRun(_ instance: any PluginInstance) throws(PluginError) {
        if let stored = plan.stored {
            try step(.dryRun) { () throws(PluginError) in
                try StateCompatibility.check(
                    schema: stored.state.schema,
                    savedBy: stored.version,
                    for: plan.image.descriptor
                )
                try instance.checkState(stored.state)
            }
        } else if let previous = plan.previous, plan.movesState, previous.isStarted, previous.instance.hasState,
            instance.hasState
        {
            try step(.dryRun, limit: plan.drainTimeout + plan.lifecycleTimeout) { () throws(PluginError) in
                let deadline = MonotonicInstant.now.advanced(by: plan.drainTimeout)
                let state = try unsafe plan.slot.visit(previous.instance.lane, until: deadline) {
                    () throws(PluginError) in
                    try previous.instance.saveState()
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

    private func takeOver(_ generation: Generation) throws(PluginError) -> Outcome {
        guard let previous = plan.previous, previous.isStarted else {
            return try begin(generation, left: nil, restoring: plan.stored?.state)
        }
        let moves = plan.movesState && previous.instance.hasState
        guard moves || plan.stored != nil else { return try begin(generation, left: nil, restoring: nil) }

        try hold(previous)
        do throws(PluginError) {
            let left = try saveState(of: previous)
            return try begin(generation, left: left, restoring: plan.stored?.state ?? left)
        } catch {
            letGo(to: previous)
            throw error
        }
    }

    /// Restores, starts and opens the new generation.
    private func begin(
        _ generation: Generation,
        left: SavedState?,
        restoring state: SavedState?
    ) throws(PluginError) -> Outcome {
        let instance = generation.instance
        var preserved = false
        if let state, instance.hasState {
            try step(.restore) { () throws(PluginError) in try instance.restoreState(state) }
            preserved = true
        }
        if plan.startsAutomatically {
            try step(.start) { () throws(PluginError) in try instance.perform(.start) }
            do throws(PluginError) {
                try step(.healthCheck) { () throws(PluginError) in
                    let health = instance.checkHealth()
                    guard health.level != .unhealthy else {
                        throw PluginError(
                            code: .unhealthy,
                            message: "\(plan.image.descriptor.id): unhealthy after its start: \(health.details)"
                        )
                    }
                }
            } catch {
                if !report.isAbandoned { try? instance.perform(.stop) }
                throw error
            }
        }
        let now = MonotonicInstant.now
        let decided = progress.withLock { progress in
            guard progress.switches() else { return false }
            progress.released(now: now)
            return true
        }
        guard decided else { throw Self.abandoned }
        switchComponents()
        if plan.startsAutomatically {
            unsafe plan.slot.open(instance.lane)
        } else {
            plan.slot.shut(PluginError(code: .busy, message: "\(plan.slot.id): not started, because autoStart is off"))
        }
        if let previous = plan.previous { unsafe previous.instance.lane.pointee.close() }
        if plan.startsAutomatically { try? plan.state.move(to: .running) }
        return Outcome(generation: generation, left: left, statePreserved: preserved)
    }

    /// Makes the new generation's components the plugin's; one that is not started yet has none that could be called.
    private func switchComponents() {
        guard let reservation = reservation.withLock({ $0.take() }) else { return }
        guard plan.startsAutomatically else {
            plan.components.release(reservation)
            return plan.components.withdraw(reservation.plugin)
        }
        // Who calls a new component must not reach the old generation: for the moment between the two, calls wait.
        if let previous = plan.previous, plan.components.changes(reservation) {
            unsafe previous.instance.lane.pointee.close()
        }
        plan.components.commit(reservation, generation: plan.number)
    }

    private func releaseComponents() {
        if let reservation = reservation.withLock({ $0.take() }) { plan.components.release(reservation) }
    }

    // MARK: Holding

    private func hold(_ previous: Generation) throws(PluginError) {
        let slot = plan.slot
        let lane = unsafe previous.instance.lane
        do throws(PluginError) {
            // Before calls are held: who hears of it must not make them wait longer.
            try enters(.reloading)
            var isClosed = false
            if let bound = plan.idleBound {
                isClosed = try step(.waitForIdle, limit: bound + .seconds(1)) { () throws(PluginError) in
                    unsafe slot.closeWhenIdle(lane, until: .now.advanced(by: bound))
                }
            }
            progress.withLock { $0.hold(now: .now) }
            if !isClosed {
                try step(.drain, limit: plan.drainTimeout + .seconds(1)) { () throws(PluginError) in
                    guard unsafe slot.closeAndDrain(lane, until: .now.advanced(by: plan.drainTimeout)) else {
                        throw PluginError(
                            code: .timedOut,
                            message: "\(slot.id): \(unsafe lane.pointee.inFlight) calls did not end within "
                                + "\(plan.drainTimeout.inSeconds) s, so it was not reloaded; the old generation goes on"
                        )
                    }
                }
            }
            try step(.pause) { () throws(PluginError) in
                try previous.instance.perform(.pause)
                progress.withLock { $0.paused() }
            }
        } catch {
            letGo(to: previous)
            throw error
        }
    }

    /// Saves the state of the old generation; one that is rolled back from is saved as well as it can be.
    private func saveState(of previous: Generation) throws(PluginError) -> SavedState? {
        guard previous.instance.hasState else { return nil }
        do throws(PluginError) {
            return try step(.save) { () throws(PluginError) in try previous.instance.saveState() }
        } catch  where plan.stored != nil && !report.isAbandoned {
            plan.warn("\(plan.slot.id): the state of the generation that is left could not be saved: \(error.message)")
            return nil
        }
    }

    /// Lets the calls that are held go to the old generation, which goes on as it was.
    private func letGo(to previous: Generation) {
        let isOurs = progress.withLock { !$0.isAbandoned }
        guard isOurs else { return }
        Self.letGo(to: previous, plan: plan, hasPaused: report.hasPaused)
        progress.withLock { $0.released(now: .now) }
    }

    private static func letGo(to previous: Generation, plan: Plan, hasPaused: Bool) {
        do throws(PluginError) {
            if hasPaused { try previous.instance.perform(.resume) }
        } catch {
            plan.warn("\(plan.slot.id): the old generation goes on, though it failed to resume: \(error.message)")
        }
        unsafe plan.slot.reopen(previous.instance.lane)
        try? plan.state.move(to: .running)
    }

    // MARK: Ending

    /// Ends a generation that was replaced, once nobody is in it any more.
    private func release(_ previous: Generation) {
        do throws(PluginError) {
            try step(.release, limit: plan.drainTimeout + plan.lifecycleTimeout) { () throws(PluginError) in
                guard unsafe plan.slot.drain(previous.instance.lane, until: .now.advanced(by: plan.drainTimeout)) else {
                    throw PluginError(
                        code: .timedOut,
                        message: "calls in flight did not end within \(plan.drainTimeout.inSeconds) s"
                    )
                }
                GenerationEnd.end(previous.instance, isRunning: previous.isStarted, warn: plan.warn)
            }
        } catch {
            plan.warn(
                "\(plan.slot.id): generation \(previous.number) was replaced but could not be ended: \(error.message)"
            )
        }
    }

    /// Ends a generation that never served.
    private func discard(_ generation: Generation) {
        releaseComponents()
        // A generation whose function has not returned can't be touched any more.
        guard !report.isAbandoned else { return }
        GenerationEnd.end(generation.instance, isRunning: false, warn: plan.warn)
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
    func abandonIfOverdue(resume: (@escaping @Sendable () -> Void) -> Void) -> Abandonment? {
        guard let abandoned = progress.withLock({ $0.abandon(now: .now) }) else { return nil }
        if !abandoned.hasSwitched { releaseComponents() }
        if abandoned.isHolding || abandoned.phase == .waitForIdle, let previous = plan.previous {
            let plan = plan
            if abandoned.hasPaused {
                resume { Self.letGo(to: previous, plan: plan, hasPaused: true) }
            } else {
                Self.letGo(to: previous, plan: plan, hasPaused: false)
            }
        }
        let error = PluginError(
            code: .timedOut,
            message:
                "\(plan.image.descriptor.id): \(plan.image.source): \(abandoned.phase.rawValue) did not return within "
                + "\(plan.lifecycleTimeout.inSeconds) s; its thread was given up"
        )
        return Abandonment(error: error, outcome: abandoned.hasSwitched ? outcome.withLock { $0 } : nil)
    }

    private static let abandoned = PluginError(code: .timedOut, message: "the reload was given up")

    // MARK: Steps

    /// What runs elsewhere is given up there first.
    private var reaction: Duration {
        max(plan.image.reaction, plan.previous?.image.reaction ?? .zero)
    }

    /// Runs one step within its limit and notes how long it took.
    private func step<Result>(
        _ phase: ReloadPhase,
        limit: Duration? = nil,
        _ body: () throws(PluginError) -> Result
    ) throws(PluginError) -> Result {
        let limit = (limit ?? plan.lifecycleTimeout) + reaction
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
        if plan.previous == nil || next == .reloading { try plan.state.move(to: next) }
    }
}
