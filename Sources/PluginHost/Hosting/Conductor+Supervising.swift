internal import LinuxSystem
internal import PluginLoading

extension Conductor {
    /// Looks after a generation that runs in a runner: is told at once when that is lost.
    func supervise(_ generation: Generation, of entry: PluginEntry) {
        let id = entry.id
        entry.restarts.didStart(at: .now)
        generation.image.whenLost { [weak self, loop] loss in
            loop.perform { [weak self] in
                self?.here { conductor in
                    guard let entry = conductor.entries[id], let live = entry.live,
                        live.image.path == generation.image.path
                    else { return }
                    conductor.lost(live, of: entry, loss)
                }
            }
        }
    }

    /// Takes note that the live generation is gone; its calls are held until another serves.
    private func lost(_ live: Generation, of entry: PluginEntry, _ loss: RunnerLoss) {
        unsafe entry.slot.lose(live.instance.lane)
        // Nothing of it can be saved, paused or stopped any more.
        entry.live?.isStarted = false
        entry.lastError = "\(entry.id): \(loss.text)"
        entry.figures.crashes += 1
        try? entry.state.move(to: .reloading, of: live.number)
        var event = PluginEvent(.crashed, plugin: entry.id, generation: live.number, path: entry.path)
        event.reason = loss.text
        environment.events.send(event)
        guard phase != .stopped else { return }
        entry.servingSince = nil
        // They may be busy with a call that waits for just this plugin.
        if live.isStarted { entry.farewell = tellLater(of: entry, .down) }
        Task { await recover(entry, from: live, loss) }
    }

    /// Puts another runner in the place of one that was lost, or the generation before if this one was on probation (RS-7).
    private func recover(_ entry: PluginEntry, from lost: Generation, _ loss: RunnerLoss) async {
        await entry.lock.acquire(isolation: self)
        defer { entry.lock.release() }
        guard phase != .stopped, entries[entry.id] === entry, let live = entry.live, !live.isStarted,
            live.image.path == lost.image.path
        else { return }
        // What takes its place may be lost before it has served anything, and then it would have nothing to hand on. Until
        // then the state is in memory, and the restart need not wait for the disk.
        let saving = live.image.keptState.map { kept in
            Task { _ = await save(kept.state, of: live, entry, reason: "crash") }
        }
        if entry.probation?.generation == live.number, configuration.rollsBackAutomatically, !live.image.isVictim {
            endProbation(of: entry)
            await saving?.value
            // The generation before may be of the same build, made anew.
            let before = entry.history?.journal.lastOfOtherBuild?.generation
            let result = await rollBack(entry, to: before, reason: loss.text)
            guard !result.success else { return }
        }
        await restart(entry, live)
        await saving?.value
    }

    /// Starts the plugin again, until it runs or there is no restart left; the entry is locked.
    private func restart(_ entry: PluginEntry, _ lost: Generation) async {
        // It counts for the plugin for which all that share the process were lost.
        if lost.image.isVictim, await restartOnce(entry, lost) { return }
        while phase != .stopped, entries[entry.id] === entry {
            switch entry.restarts.didEnd(at: .now, random: .random(in: 0..<1)) {
            case .giveUp(let reason): return leaveDown(entry, "\(reason)")
            case .restart(let delay):
                if delay > .zero { await pause(for: delay) }
                guard phase != .stopped else { return }
                if await restartOnce(entry, lost) { return }
            }
        }
    }

    /// Waits on the loop's own clock: whoever calls plugins may have all threads that tasks run on wait for this very restart.
    ///
    /// A host that stops does not wait for it.
    func pause(for duration: Duration) async {
        let end = MonotonicInstant.now.advanced(by: duration)
        while phase != .stopped, MonotonicInstant.now < end {
            let piece = min(MonotonicInstant.now.duration(to: end), .milliseconds(100))
            await withCheckedContinuation { continuation in
                _ = schedule(after: piece) { _ in continuation.resume() }
            }
        }
    }

    private func restartOnce(_ entry: PluginEntry, _ lost: Generation) async -> Bool {
        var kind = AttemptKind(number: lost.number)
        kind.stored = lost.image.keptState
        // It says nothing of the build that may be waiting in the file.
        let policy = entry.attempts
        let report = await run(entry, kind, obtain: obtaining(copyOf: lost.image, for: entry))
        entry.attempts = policy
        switch report.ending {
        case .switched(let outcome):
            entry.keepFigures(of: lost)
            retire(lost.image, of: entry)
            entry.live = outcome.generation
            resumeProbation(of: entry)
            entry.restartCount += 1
            note(report.phases, of: entry)
            if outcome.statePreserved {
                environment.events.send(PluginEvent(.stateRestored, plugin: entry.id, generation: lost.number))
            }
            var event = PluginEvent(.restarted, plugin: entry.id, generation: lost.number, path: entry.path)
            event.attempt = entry.restarts.restartsInARow
            environment.events.send(event)
            supervise(outcome.generation, of: entry)
            if outcome.generation.isStarted { await tellDependents(of: entry, .back) }
            return true
        case .failed(let error):
            if let image = report.image { retire(image, of: entry) }
            complain(entry, "generation \(lost.number) could not be started again: \(error.message)")
            return false
        default: return false
        }
    }

    private func leaveDown(_ entry: PluginEntry, _ reason: String) {
        let message =
            "\(entry.lastError ?? entry.id); \(reason), so it was left down; 'plugin-host reload \(entry.id)' tries again"
        environment.withdrawComponents(of: entry.id)
        entry.slot.shut(PluginError(code: .crashed, message: message))
        try? entry.state.move(to: .error(message), of: entry.live?.number)
        complain(entry, "it is down: \(reason)")
    }
}
