internal import LinuxSystem
internal import PluginLoading

extension Conductor {
    /// How long, and on which threads, a plugin is ended while the host stops.
    struct StopAllowance {
        let deadline: MonotonicInstant
        let workers: WorkerPool

        func limit(_ duration: Duration) -> Duration {
            min(duration, max(.zero, MonotonicInstant.now.duration(to: deadline)))
        }
    }

    /// What became of a plugin's state before its end.
    private enum Parting {
        /// Calls did not end; the plugin is not to be touched.
        case busy(PluginError)
        case saved(SavedState?)
        case failed(PluginError)
    }

    /// Ends a plugin, its state saved first; the entry is locked.
    func unload(_ entry: PluginEntry, reason: String, within allowance: StopAllowance? = nil) async {
        cancelTimers(of: entry)
        guard let live = entry.live else {
            entry.slot.shut(PluginError(code: .notFound, message: "\(entry.id): \(reason)"))
            return
        }
        try? entry.state.move(to: .stopping, of: live.number)
        environment.withdrawComponents(of: entry.id)
        let (slot, id, patience) = (entry.slot, entry.id, configuration.lifecycleTimeout)
        let drain = allowance?.limit(configuration.drainTimeout) ?? configuration.drainTimeout
        let time = allowance?.limit(drain + patience) ?? drain + patience
        let parting: Parting? = await run(on: allowance?.workers, within: time) {
            Self.part(from: live, slot: slot, drain: drain, reason: reason)
        }
        slot.shut(PluginError(code: .shuttingDown, message: "\(id): \(reason)"))
        switch parting {
        case nil: complain(entry, "saving its state did not return within \(time.inSeconds) s; it was given up")
        case .busy(let error): complain(entry, error.message)
        case .failed(let error):
            complain(entry, error.message)
            await end(live, entry, within: allowance)
        case .saved(let state):
            // What was lost a moment ago has left its state with the host.
            let kept = live.image.isLost ? live.image.keptState?.state : nil
            // It is on the disk before the plugin's code runs again, which may hang.
            if let state = state ?? kept { await save(state, of: live, entry, reason: reason, within: allowance) }
            await end(live, entry, within: allowance)
        }
        if entry.state.current == .stopping { try? entry.state.move(to: .stopped, of: live.number) }
        try? entry.state.move(to: .unloading, of: live.number)
        try? entry.state.move(to: .unloaded, of: live.number)
        live.standing.end()
        entry.keepFigures(of: live)
        retire(live.image, of: entry)
        entry.live = nil
        providers.remove(id)
        environment.events.send(PluginEvent(.unloaded, plugin: id, generation: live.number, path: entry.path))
        if phase == .running { await tellDependents(of: entry, .down) }
    }

    private static func part(from live: Generation, slot: PluginSlot, drain: Duration, reason: String) -> Parting {
        let lane = unsafe live.instance.lane
        unsafe lane.pointee.close()
        slot.shut(PluginError(code: .shuttingDown, message: "\(slot.id): \(reason)"))
        guard unsafe slot.drain(lane, until: .now.advanced(by: drain)) else {
            return .busy(
                PluginError(
                    code: .timedOut,
                    message:
                        "\(slot.id): \(unsafe lane.pointee.inFlight) calls did not end within \(drain.inSeconds) s; "
                        + "the plugin was left as it is, and its state is that of the last checkpoint"
                )
            )
        }
        guard live.isStarted, live.instance.hasState else { return .saved(nil) }
        guard live.functions.haveReturned else {
            return .failed(
                PluginError(
                    code: .timedOut,
                    message:
                        "its state was not saved, because a function that was called before has not returned; "
                        + "it is that of the last checkpoint"
                )
            )
        }
        do throws(PluginError) {
            return .saved(try live.instance.saveState())
        } catch {
            return .failed(error)
        }
    }

    private func end(_ live: Generation, _ entry: PluginEntry, within allowance: StopAllowance?) async {
        let (environment, id, patience) = (environment, entry.id, configuration.lifecycleTimeout)
        let time = allowance?.limit(patience) ?? patience
        let ended: Void? = await run(on: allowance?.workers, within: time) {
            GenerationEnd.end(live) { environment.warn(id, $0) }
        }
        if ended == nil { complain(entry, "its end did not return within \(time.inSeconds) s; it was given up") }
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
                if let live = entry.live, live.instance.hasState, entry.checkpoints.isDue(for: live.number) {
                    Task { await conductor.checkpoint(entry) }
                }
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
        guard phase == .running, entry.state.current == .running, let live = entry.live, live.isStarted,
            live.functions.haveReturned
        else { return }
        let (slot, limit) = (entry.slot, configuration.drainTimeout)
        let state: SavedState
        do throws(PluginError) {
            state = try await demand(
                entry,
                "saving the state for a checkpoint",
                of: live,
                limit: limit,
                leavesRunning: { _ in true }
            ) { () throws(PluginError) in
                try unsafe slot.visit(live.instance.lane, until: .now.advanced(by: limit)) { () throws(PluginError) in
                    try live.instance.saveState()
                }
            }
        } catch {
            complain(entry, "no checkpoint could be made: \(error.message)")
            // One that is only busy is asked again as soon.
            let hangs = !live.functions.haveReturned
            return noteCheckpoint(of: entry, cost: hangs || live.image.isLost && !live.image.isVictim)
        }
        noteCheckpoint(of: entry, cost: false)
        let digest = SHA256(of: state.bytes)
        guard digest != entry.lastCheckpoint else { return }
        if await save(state, of: live, entry, reason: "checkpoint") { entry.lastCheckpoint = digest }
    }

    /// Makes checkpoints more seldom of what is lost, or hangs, each time that it is to save its state.
    private func noteCheckpoint(of entry: PluginEntry, cost isCostly: Bool) {
        guard isCostly else { return entry.checkpoints.went() }
        entry.checkpoints.cost()
        guard configuration.checkpointInterval > .zero else { return }
        let wait = DurationText.format(configuration.checkpointInterval * entry.checkpoints.intervals)
        environment.warn(
            entry.id,
            "saving its state for a checkpoint has cost it its process, or a thread; the next one is made in \(wait)"
        )
    }

    /// Writes a state to the disk; the event comes when it is there.
    @discardableResult
    func save(
        _ state: SavedState,
        of live: Generation,
        _ entry: PluginEntry,
        reason: String,
        within allowance: StopAllowance? = nil
    ) async -> Bool {
        guard let history = entry.history else { return false }
        let saved = await store(within: allowance) { () -> Result<String, PluginError> in
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
        case nil:
            isStorageLate = true
            complain(
                entry,
                "its state was not on the disk within the time for the host's stop (shutdownTimeout); without it, the next "
                    + "start takes the state of before"
            )
            return false
        case .success:
            entry.lastCheckpoint = nil
            environment.events.send(PluginEvent(.statePreserved, plugin: entry.id, generation: live.number))
            return true
        case .failure(let error):
            complain(entry, "its state could not be saved: \(error.message)")
            return false
        }
    }

    /// Writes something to the disk; while the host stops, that is waited for no longer than there is time.
    private func store<Value: Sendable>(
        within allowance: StopAllowance?,
        _ job: @escaping @Sendable () -> Value
    ) async -> Value? {
        let storage = environment.storage
        guard let allowance else { return await storage.run(job) }
        // What came before may have taken all of the time, and is no reason not to wait for a disk that works.
        let least = isStorageLate ? MonotonicInstant.now : .now.advanced(by: .milliseconds(100))
        return await Patience.value(until: max(allowance.deadline, least)) { await storage.run(job) }
    }

    // MARK: Stop

    /// Stops everything by a deadline, dependents before what they depend on; what does not end in time is given up.
    func stop(until deadline: MonotonicInstant) async {
        guard phase != .stopped else { return }
        phase = .stopped
        watcher?.stop()
        watcher = nil
        endStartWait()
        if let checkpointTimer { loop.cancel(checkpointTimer) }
        // Others may hang in what they were doing, on the threads for that.
        let workers = WorkerPool(name: "plugin-stop", limit: 1)
        let ids = stopOrder()
        for (index, id) in ids.enumerated() {
            // What hangs leaves half of the time to the others.
            let left = MonotonicInstant.now.duration(to: deadline)
            let end = index + 1 < ids.count ? MonotonicInstant.now.advanced(by: left / 2) : deadline
            await stop(id, StopAllowance(deadline: end, workers: workers))
        }
        workers.stop()
        for entry in entries.values { cancelTimers(of: entry) }
        let keeping = keeping
        _ = await Patience.value(until: deadline) { await keeping?.value }
    }

    private func stopOrder() -> [String] {
        let running = entries.values.filter { $0.live != nil }
        let order = LoadOrder(running.compactMap { $0.live?.descriptor }.map(LoadOrder.Item.init))
        let rest = running.map(\.id).filter { !order.order.contains($0) }
        // What is being loaded serves in the end; it may hang, and must not keep the others from being stopped.
        let loading = entries.values.filter { $0.live == nil && $0.lock.isHeld }.map(\.id)
        return rest.sorted() + order.reversed + loading.sorted()
    }

    private func stop(_ id: String, _ allowance: StopAllowance) async {
        guard let entry = entries[id] else { return }
        // By its id it could not be found any more: what is being loaded becomes another entry.
        stopAwaits = entry.lock
        let timer = loop.schedule(at: allowance.deadline) { [weak self] in
            self?.here { $0.stopAwaits?.dismissImpatient() }
        }
        let isLocked = await entry.lock.acquireImpatiently(isolation: self)
        stopAwaits = nil
        loop.cancel(timer)
        guard isLocked else {
            environment.warn(id, "what it was doing did not end in the time for the host's stop; it was left as it is")
            return
        }
        await unload(entry, reason: "the host is stopping", within: allowance)
        entry.lock.release()
    }
}
