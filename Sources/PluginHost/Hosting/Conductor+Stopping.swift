internal import LinuxSystem
internal import PluginLoading

extension Conductor {
    /// Ends a plugin, its state saved first; the entry is locked.
    func unload(_ entry: PluginEntry, reason: String) async {
        cancelTimers(of: entry)
        guard let live = entry.live else {
            entry.slot.shut(PluginError(code: .notFound, message: "\(entry.id): \(reason)"))
            return
        }
        try? entry.state.move(to: .stopping)
        environment.withdrawComponents(of: entry.id)
        let (slot, drain, environment, id) = (entry.slot, configuration.drainTimeout, environment, entry.id)
        let saved: Result<SavedState?, PluginError>? = await run(within: drain + configuration.lifecycleTimeout) {
            Self.end(live, slot: slot, drain: drain, reason: reason) { environment.warn(id, $0) }
        }
        slot.shut(PluginError(code: .shuttingDown, message: "\(id): \(reason)"))
        switch saved {
        case nil:
            complain(
                entry,
                "its end did not return within \(configuration.lifecycleTimeout.inSeconds) s; it was given up"
            )
        case .failure(let error): complain(entry, error.message)
        case .success(let state):
            // What was lost a moment ago has left its state with the host.
            let kept = live.image.isLost ? live.image.keptState?.state : nil
            if let state = state ?? kept { await save(state, of: live, entry, reason: reason) }
        }
        if entry.state.current == .stopping { try? entry.state.move(to: .stopped) }
        try? entry.state.move(to: .unloading)
        try? entry.state.move(to: .unloaded)
        entry.keepFigures(of: live)
        retire(live.image, of: entry)
        entry.live = nil
        providers.remove(id)
        environment.events.send(PluginEvent(.unloaded, plugin: id, generation: live.number, path: entry.path))
        if phase == .running { await tellDependents(of: entry, .down) }
    }

    private static func end(
        _ live: Generation,
        slot: PluginSlot,
        drain: Duration,
        reason: String,
        warn: (String) -> Void
    ) -> Result<SavedState?, PluginError> {
        let lane = unsafe live.instance.lane
        unsafe lane.pointee.close()
        slot.shut(PluginError(code: .shuttingDown, message: "\(slot.id): \(reason)"))
        guard unsafe slot.drain(lane, until: .now.advanced(by: drain)) else {
            return .failure(
                PluginError(
                    code: .timedOut,
                    message:
                        "\(slot.id): \(unsafe lane.pointee.inFlight) calls did not end within \(drain.inSeconds) s; "
                        + "the plugin was left as it is, and its state is that of the last checkpoint"
                )
            )
        }
        var state: SavedState?
        var failure: PluginError?
        if live.isStarted, live.instance.hasState {
            do throws(PluginError) {
                state = try live.instance.saveState()
            } catch {
                failure = error
            }
        }
        GenerationEnd.end(live.instance, isRunning: live.isStarted, warn: warn)
        if let failure { return .failure(failure) }
        return .success(state)
    }

    func cancelTimers(of entry: PluginEntry) {
        if let retry = entry.retry { loop.cancel(retry.timer) }
        entry.retry = nil
        endProbation(of: entry)
    }

    // MARK: Checkpoints

    /// Saves the state of running plugins from time to time (issue of losing little, when the host is killed).
    func scheduleCheckpoints() {
        guard configuration.checkpointInterval > .zero else { return }
        checkpointTimer = schedule(after: configuration.checkpointInterval) { conductor in
            for entry in conductor.entries.values where !entry.lock.isHeld {
                conductor.catchUp(entry)
                if entry.live?.instance.hasState == true { Task { await conductor.checkpoint(entry) } }
            }
            conductor.scheduleCheckpoints()
        }
    }

    /// Writes down what the disk did not take before.
    private func catchUp(_ entry: PluginEntry) {
        guard let history = entry.history, history.hasUnwritten else { return }
        let (environment, id) = (environment, entry.id)
        environment.storage.perform { _ in
            do throws(PluginError) {
                try history.catchUp()
            } catch {
                environment.warn(id, error.message)
            }
        }
    }

    private func checkpoint(_ entry: PluginEntry) async {
        await entry.lock.acquire(isolation: self)
        defer { entry.lock.release() }
        await saveCheckpoint(of: entry)
    }

    /// Saves the state of a plugin whose lock is held, if it has changed.
    func saveCheckpoint(of entry: PluginEntry) async {
        guard phase == .running, entry.state.current == .running, let live = entry.live, live.isStarted else { return }
        let (slot, limit) = (entry.slot, configuration.drainTimeout)
        let saved: Result<SavedState, PluginError>? = await run(within: limit + configuration.lifecycleTimeout) {
            Result { () throws(PluginError) in
                try unsafe slot.visit(live.instance.lane, until: .now.advanced(by: limit)) { () throws(PluginError) in
                    try live.instance.saveState()
                }
            }
        }
        switch saved {
        case nil: complain(entry, "saving the state for a checkpoint did not return")
        case .failure(let error): complain(entry, "no checkpoint could be made: \(error.message)")
        case .success(let state):
            let digest = SHA256(of: state.bytes)
            guard digest != entry.lastCheckpoint else { return }
            if await save(state, of: live, entry, reason: "checkpoint") { entry.lastCheckpoint = digest }
        }
    }

    /// Writes a state to the disk; the event comes when it is there.
    @discardableResult
    func save(_ state: SavedState, of live: Generation, _ entry: PluginEntry, reason: String) async -> Bool {
        guard let history = entry.history else { return false }
        let saved = await environment.storage.run { () -> Result<String, PluginError> in
            Result { () throws(PluginError) in
                // What fails of that is kept, and must not keep this state from the disk.
                try? history.catchUp()
                let name = try history.save(state, of: live, reason: reason)
                try history.update { $0.saved(snapshot: name) }
                try history.store.prune(keeping: history.journal)
                return name
            }
        }
        switch saved {
        case .success:
            entry.lastCheckpoint = nil
            environment.events.send(PluginEvent(.statePreserved, plugin: entry.id, generation: live.number))
            return true
        case .failure(let error):
            complain(entry, "its state could not be saved: \(error.message)")
            return false
        }
    }

    // MARK: Stop

    /// Stops everything, dependents before what they depend on; what does not end in time is given up.
    func stop() async {
        guard phase != .stopped else { return }
        phase = .stopped
        watcher?.stop()
        watcher = nil
        endStartWait()
        if let checkpointTimer { loop.cancel(checkpointTimer) }
        let deadline = MonotonicInstant.now.advanced(by: configuration.shutdownTimeout)
        let running = entries.values.filter { $0.live != nil }
        let order = LoadOrder(running.compactMap { $0.live?.descriptor }.map(LoadOrder.Item.init))
        let rest = running.map(\.id).filter { !order.order.contains($0) }
        // What is being loaded serves in the end; it may hang, and must not keep the others from being stopped.
        let loading = entries.values.filter { $0.live == nil && $0.lock.isHeld }.map(\.id)
        for id in rest.sorted() + order.reversed + loading.sorted() {
            guard let entry = entries[id] else { continue }
            guard MonotonicInstant.now < deadline else {
                environment.warn(id, "the host's shutdown timeout passed before it could be stopped")
                continue
            }
            await entry.lock.acquire(isolation: self)
            await unload(entry, reason: "the host is stopping")
            entry.lock.release()
        }
        for entry in entries.values { cancelTimers(of: entry) }
        await keeping?.value
        await environment.storage.run {}
    }
}
