internal import LinuxSystem
internal import PluginLoading

extension Conductor {
    // MARK: Commands

    /// Starts, stops, pauses or resumes one plugin, or has it read again what it keeps from elsewhere (LM-1).
    func command(_ command: LifecycleCommand, _ id: String) async throws(PluginError) -> LifecycleResult {
        let entry = try find(id)
        await entry.lock.acquire(isolation: self)
        defer { entry.lock.release() }
        let began = MonotonicInstant.now
        var failure: PluginError?
        do throws(PluginError) {
            try await perform(command, on: entry)
        } catch {
            failure = error
        }
        return LifecycleResult(
            plugin: id,
            state: entry.state.current.name,
            success: failure == nil,
            durationSeconds: began.duration(to: .now).inSeconds,
            error: failure?.message,
            code: failure?.code.name
        )
    }

    /// Starts all plugins that can be started, what they need before them; one that fails stops no other.
    func startAll() async -> [LifecycleResult] {
        await commandAll(.start, loadOrder)
    }

    /// Stops all plugins that run, dependents first; one that fails stops no other.
    func stopAll(gracefully: Bool) async -> [LifecycleResult] {
        await commandAll(.stop(gracefully: gracefully), loadOrder.reversed())
    }

    private func commandAll(_ command: LifecycleCommand, _ ids: [String]) async -> [LifecycleResult] {
        var results: [LifecycleResult] = []
        for id in ids where entries[id].map({ command.isAllowed(in: $0.state.current) }) == true {
            if let result = try? await self.command(command, id) { results.append(result) }
        }
        return results
    }

    /// All plugins that are loaded, what they need before them.
    var loadOrder: [String] {
        let order = LoadOrder(entries.values.compactMap { $0.live?.descriptor }.map(LoadOrder.Item.init)).order
        return order + entries.values.filter { $0.live != nil }.map(\.id).filter { !order.contains($0) }.sorted()
    }

    /// Does what a command says; the entry is locked.
    func perform(_ command: LifecycleCommand, on entry: PluginEntry) async throws(PluginError) {
        guard phase == .running, let live = entry.live, entries[entry.id] === entry else {
            throw PluginError(
                code: .notFound,
                message: "\(entry.id): nothing is loaded that could be \(command.name)"
                    + (entry.lastError.map { ": \($0)" } ?? "")
            )
        }
        let state = entry.state.current
        guard command.isAllowed(in: state) else {
            throw PluginError(
                code: .illegalTransition,
                message: "\(entry.id) is \(state.name) and can't be \(command.name)"
            )
        }
        switch command {
        case .start: try await start(entry, live)
        case .stop(let gracefully): try await stop(entry, live, isPaused: state == .paused, gracefully: gracefully)
        case .pause: try await pause(entry, live)
        case .resume: try await resume(entry, live)
        case .refresh: try await refresh(entry, live)
        }
    }

    // MARK: Steps

    private func start(_ entry: PluginEntry, _ live: Generation) async throws(PluginError) {
        try providers.check(live.descriptor, begins: false)
        for text in live.descriptor.dependencies {
            guard let id = PluginDependency(text)?.id, let needed = entries[id] else { continue }
            guard needed.state.current == .running || needed.state.current == .reloading else {
                throw PluginError(
                    code: .dependency,
                    message: "\(entry.id) needs \(id), which is \(needed.state.current.name); start that first"
                )
            }
        }
        let mark = live.standing.mark
        do throws(PluginError) {
            try await demand(entry, "start", of: live, leavesRunning: { $0 }) { () throws(PluginError) in
                try live.instance.perform(.start)
                let health = live.instance.checkHealth()
                guard health.level != .unhealthy else {
                    try live.instance.perform(.stop)
                    throw PluginError(
                        code: .unhealthy,
                        message: "\(live.descriptor.id): unhealthy after its start: \(health.details)"
                    )
                }
            }
        } catch {
            if error.isHostLimit {
                // It was to run, and can't be started again beside what hangs.
                entry.isStopped = false
                bringDown(entry, because: error)
                live.standing.end()
            } else {
                live.standing.goBack(to: mark)
            }
            throw error
        }
        entry.isStopped = false
        entry.live?.isStarted = true
        entry.servingSince = .now
        beginProbationAtStart(of: entry)
        try? entry.state.move(to: .running, of: live.number)
        environment.components.resume(entry.id)
        live.standing.begin()
        unsafe entry.slot.reopen(live.instance.lane)
        unsafe entry.slot.open(live.instance.lane)
        providers.set(entry.id, isStarted: true)
        if entry.live?.number == live.number { await tellDependents(of: entry, .back) }
        retryDependents()
    }

    private func stop(
        _ entry: PluginEntry,
        _ live: Generation,
        isPaused: Bool,
        gracefully: Bool
    ) async throws(PluginError) {
        if !isPaused { try await drain(entry, live, within: gracefully ? configuration.drainTimeout : .zero) }
        try? entry.state.move(to: .stopping, of: live.number)
        environment.components.suspend(entry.id)
        do throws(PluginError) {
            // Whatever becomes of the stop, the state is on the disk.
            if gracefully, live.instance.hasState { try await saveBeforeStop(entry, live) }
            try await demand(entry, "stop", of: live, leavesRunning: { _ in false }) { () throws(PluginError) in
                try live.instance.perform(.stop)
            }
        } catch {
            entry.live?.isStarted = false
            entry.servingSince = nil
            providers.set(entry.id, isStarted: false)
            bringDown(entry, because: error)
            await tellDependents(of: entry, .down)
            throw error
        }
        entry.isStopped = true
        entry.live?.isStarted = false
        entry.servingSince = nil
        try? entry.state.move(to: .stopped, of: live.number)
        entry.slot.shut(
            PluginError(
                code: .shuttingDown,
                message: "\(entry.id): it was stopped by command; 'plugin-host start \(entry.id)' starts it again"
            )
        )
        providers.set(entry.id, isStarted: false)
        if isPaused { takePendingChange(of: entry) }
        await tellDependents(of: entry, .down)
    }

    /// Has a plugin serve nobody until a reload puts a new instance in its place.
    private func bringDown(_ entry: PluginEntry, because error: PluginError) {
        try? entry.state.move(to: .error(error.message), of: entry.live?.number)
        entry.slot.shut(error)
    }

    private func saveBeforeStop(_ entry: PluginEntry, _ live: Generation) async throws(PluginError) {
        let state: SavedState
        do throws(PluginError) {
            state = try await demand(entry, "saving the state", of: live, leavesRunning: { _ in true }) {
                () throws(PluginError) in
                try live.instance.saveState()
            }
        } catch {
            // What has not returned can't be stopped.
            if error.isHostLimit { throw error }
            let message = "its state could not be saved before it was stopped: \(error.message)"
            return environment.warn(entry.id, message)
        }
        await save(state, of: live, entry, reason: "stop")
    }

    private func pause(_ entry: PluginEntry, _ live: Generation) async throws(PluginError) {
        try await drain(entry, live, within: configuration.drainTimeout)
        do throws(PluginError) {
            let (slot, environment) = (entry.slot, environment)
            try await demand(
                entry,
                "pause",
                of: live,
                leavesRunning: { _ in true },
                undo: { live.goOn(in: slot) { environment.warn(slot.id, $0) } }
            ) { () throws(PluginError) in
                try live.instance.perform(.pause)
            }
        } catch {
            unsafe entry.slot.reopen(live.instance.lane)
            throw error
        }
        try? entry.state.move(to: .paused, of: live.number)
        // Who waits to tell it of what it needs holds the lock of that for as long.
        unsafe entry.slot.pause(live.instance.lane)
    }

    private func resume(_ entry: PluginEntry, _ live: Generation) async throws(PluginError) {
        try await demand(entry, "resume", of: live, leavesRunning: { _ in true }) { () throws(PluginError) in
            try live.instance.perform(.resume)
        }
        try? entry.state.move(to: .running, of: live.number)
        entry.pausedFor = []
        unsafe entry.slot.reopen(live.instance.lane)
        takePendingChange(of: entry)
    }

    /// Reloads a plugin that is not paused any more, if its file has changed meanwhile and waited for this.
    private func takePendingChange(of entry: PluginEntry) {
        guard entry.pendingChange, configuration.strategy != .manual, !entry.hasQueuedReload else { return }
        entry.hasQueuedReload = true
        Task { _ = await reload(entry) }
    }

    private func refresh(_ entry: PluginEntry, _ live: Generation) async throws(PluginError) {
        let (slot, limit) = (entry.slot, configuration.drainTimeout)
        try await demand(entry, "refresh", limit: limit) { () throws(PluginError) in
            try unsafe slot.visit(live.instance.lane, until: .now.advanced(by: limit)) { () throws(PluginError) in
                try live.instance.perform(.refresh)
            }
        }
    }

    /// Holds the calls of a plugin and waits for those in flight.
    private func drain(_ entry: PluginEntry, _ live: Generation, within limit: Duration) async throws(PluginError) {
        let slot = entry.slot
        // A call may wait for another plugin, of which a step comes next on the one thread for such.
        try await demand(entry, "drain", limit: limit, on: environment.examiners) { () throws(PluginError) in
            guard unsafe slot.closeAndDrain(live.instance.lane, within: UInt64(limit.wholeNanoseconds)) else {
                throw PluginError(
                    code: .timedOut,
                    message: "\(slot.id): \(unsafe live.instance.lane.pointee.inFlight) calls did not end within "
                        + "\(limit.inSeconds) s; it goes on as it was"
                )
            }
        }
    }

    /// Runs one of a plugin's functions on a worker, within the limit for such.
    func demand<Value: Sendable>(
        _ entry: PluginEntry,
        _ step: String,
        limit: Duration = .zero,
        on workers: WorkerPool? = nil,
        _ body: @escaping @Sendable () throws(PluginError) -> Value
    ) async throws(PluginError) -> Value {
        let bound = limit + configuration.lifecycleTimeout
        let result: Result<Value, PluginError>? = await run(on: workers, within: bound) {
            Result { () throws(PluginError) in try body() }
        }
        switch result {
        case .success(let value): return value
        case .failure(let error): throw error
        case nil:
            let error = PluginError(
                code: .timedOut,
                message:
                    "\(entry.id): \(step) did not return within \(configuration.lifecycleTimeout.inSeconds) s; its "
                    + "thread was given up, and 'plugin-host reload \(entry.id)' puts a new instance in its place"
            )
            complain(entry, error.message)
            throw error
        }
    }
}
