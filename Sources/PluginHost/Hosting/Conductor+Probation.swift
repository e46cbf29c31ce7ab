internal import LinuxSystem
internal import PluginLoading

extension Conductor {
    /// Watches a new generation for a while, if there is one before it to go back to.
    ///
    /// A build that is watched stays so if its generation is made anew, for other settings or elsewhere.
    func beginProbation(of entry: PluginEntry, record: inout GenerationRecord) {
        guard configuration.probation > .zero, record.rollbackOf == nil,
            let before = entry.history?.journal.live, before.build != record.build || !before.committed
        else {
            record.committed = true
            return
        }
        watch(entry)
    }

    /// Watches a generation from its start on that has come while its plugin was stopped.
    func beginProbationAtStart(of entry: PluginEntry) {
        guard configuration.probation > .zero, entry.history?.journal.live?.committed == false else { return }
        watch(entry)
    }

    private func watch(_ entry: PluginEntry) {
        // Of one that has not started yet nobody can tell anything.
        guard let live = entry.live, live.isStarted, entry.probation == nil else { return }
        limitFailures(of: live)
        entry.probation = PluginEntry.Probation(
            generation: live.number,
            until: .now.advanced(by: configuration.probation),
            timer: nil
        )
        scheduleProbation(of: entry)
    }

    /// Goes on watching a generation that was started again.
    func resumeProbation(of entry: PluginEntry) {
        guard let live = entry.live, entry.probation?.generation == live.number else { return }
        limitFailures(of: live)
    }

    private func limitFailures(of live: Generation) {
        unsafe live.instance.lane.pointee.limitFailures(to: UInt64(configuration.probationFailures))
    }

    /// Ends the watching without a verdict: another generation takes over, or the plugin goes.
    func endProbation(of entry: PluginEntry) {
        guard let probation = entry.probation else { return }
        if let timer = probation.timer { loop.cancel(timer) }
        entry.probation = nil
        if let live = entry.live { unsafe live.instance.lane.pointee.limitFailures(to: nil) }
    }

    private func scheduleProbation(of entry: PluginEntry) {
        guard let probation = entry.probation else { return }
        let left = MonotonicInstant.now.duration(to: probation.until)
        let (id, generation) = (entry.id, probation.generation)
        entry.probation?.timer = schedule(after: min(max(left, .zero), configuration.probationHealthInterval)) {
            conductor in
            Task { await conductor.lookAtProbation(of: id, generation: generation) }
        }
    }

    private func lookAtProbation(of id: String, generation: UInt64) async {
        guard let entry = entries[id], let probation = entry.probation, probation.generation == generation,
            let live = entry.live
        else { return }
        // Nobody can tell while it is paused or stopped.
        guard entry.state.current == .running else {
            entry.probation?.until = max(probation.until, .now.advanced(by: configuration.probationHealthInterval))
            return scheduleProbation(of: entry)
        }
        if let verdict = probation.verdict { return await failProbation(of: entry, generation, reason: verdict) }
        let (slot, limit) = (entry.slot, configuration.drainTimeout)
        let bound = limit + configuration.lifecycleTimeout
        let health: PluginHealth?? = await run(on: environment.examiners, within: bound) {
            // A plugin that is too busy to be asked is alive; its calls have deadlines of their own.
            try? unsafe slot.visit(live.instance.lane, until: .now.advanced(by: limit)) { () throws(PluginError) in
                live.instance.checkHealth()
            }
        }
        guard entry.probation?.generation == generation, entry.live?.number == generation else { return }
        switch health {
        case nil: await failProbation(of: entry, generation, reason: "its health check did not return")
        case .some(.some(let health)) where health.level == .unhealthy:
            await failProbation(of: entry, generation, reason: "unhealthy: \(health.details)")
        default:
            guard probation.until <= .now else { return scheduleProbation(of: entry) }
            endProbation(of: entry)
            write(entry) { $0.commit(generation) }
            CrashMarks.note(.committed, of: generation, of: CrashMarks.place(of: id))
        }
    }

    /// Takes the word of a generation that has failed more calls than it may on probation.
    func tooManyFailures(of id: String, generation: UInt64) {
        guard let entry = entries[id], entry.probation?.generation == generation else { return }
        let bound = configuration.probationFailures
        Task {
            await failProbation(of: entry, generation, reason: "more than \(bound) calls failed in its probation time")
        }
    }

    private func failProbation(of entry: PluginEntry, _ generation: UInt64, reason: String) async {
        await entry.lock.acquire(isolation: self)
        defer { entry.lock.release() }
        guard let probation = entry.probation, probation.generation == generation else { return }
        guard entry.state.current != .paused else {
            // What is paused is not replaced: the verdict waits until it goes on.
            entry.probation?.verdict = reason
            if let timer = probation.timer { loop.cancel(timer) }
            return scheduleProbation(of: entry)
        }
        endProbation(of: entry)
        guard configuration.rollsBackAutomatically else {
            return complain(
                entry,
                "generation \(generation) failed its probation, and automatic rollback is off: \(reason)"
            )
        }
        // The generation before may be of the same build, made anew.
        _ = await rollBack(entry, to: entry.history?.journal.lastOfOtherBuild?.generation, reason: reason)
    }
}
