internal import LinuxSystem
internal import struct FoundationEssentials.Date
internal import PluginLoading

extension Conductor {
    /// Draws the consequences of an attempt.
    func settle(
        _ report: ReloadAttempt.Report,
        of entry: PluginEntry,
        since began: MonotonicInstant
    ) async -> ReloadResult {
        switch report.ending {
        case .unfinished:
            watcher?.doubt(entry.path)
            let reason = "\(entry.path): somebody is writing to it; it is loaded when it is finished"
            if entry.live == nil { await fallBack(entry, because: reason) }
            var result = result(entry, report, since: began)
            result.code = PluginError.Code.busy.name
            result.error = "\(entry.id): \(reason)"
            return result
        case .unchanged:
            entry.attempts.reset()
            entry.lastError = nil
            liftQuarantine(entry)
            var result = result(entry, report, since: began)
            result.unchanged = true
            result.success = true
            return result
        case .quarantined:
            let reason = entry.quarantine?.reason ?? ""
            if entry.live == nil { await fallBack(entry, because: reason) }
            var result = result(entry, report, since: began)
            result.code = PluginError.Code.quarantined.name
            result.error =
                "\(entry.id): \(entry.path): this build is set aside: \(reason); change the file, or lift it with "
                + "'plugin-host quarantine clear \(entry.id)'"
            return result
        case .renamed(let plugin):
            guard let other = entries[plugin] else { return result(entry, report, since: began) }
            adopt(other, path: entry.path)
            endReplaced(by: other)
            var result = result(other, report, since: began)
            result.unchanged = true
            result.success = true
            return result
        case .stranger(let image):
            let failures = entry.failedReloads
            let result = await welcome(image, from: entry, since: began)
            if report.beginning != nil, entry.failedReloads == failures {
                let message = "\(entry.id): \(entry.path): it is another plugin now, \(image.descriptor.id)"
                _ = fail(with: PluginError(code: .conflict, message: message), report, of: entry, since: began)
            }
            return result
        case .failed(let error):
            return await failed(error, report, of: entry, since: began)
        case .heldBack(let error):
            if let image = report.image { retire(image, of: entry) }
            leaveInError(entry, error, report)
            let error = PluginError(code: error.code, message: "\(entry.id): \(error.message)")
            guard report.beginning == nil else { return fail(with: error, report, of: entry, since: began) }
            return refusal(entry, error)
        case .switched(let outcome):
            return await switched(outcome, report, of: entry, since: began)
        }
    }

    // MARK: Success

    private func switched(
        _ outcome: ReloadTransaction.Outcome,
        _ report: ReloadAttempt.Report,
        of entry: PluginEntry,
        since began: MonotonicInstant
    ) async -> ReloadResult {
        entry.attempts.reset()
        liftQuarantine(entry)
        await takeIntoService(outcome, of: entry, rollbackOf: nil, phases: report.phases)
        let result = succeed(with: outcome, report, of: entry, since: began)
        await tellDependents(of: entry)
        retryDependents()
        return result
    }

    /// Makes a generation that serves the live one of its entry, and writes down what must survive the host.
    func takeIntoService(
        _ outcome: ReloadTransaction.Outcome,
        of entry: PluginEntry,
        rollbackOf origin: UInt64?,
        phases: [ReloadResult.Phase]
    ) async {
        let generation = outcome.generation
        let previous = entry.live
        endProbation(of: entry)
        entry.live = generation
        entry.lastCheckpoint = nil
        note(phases, of: entry)
        // If the one before was lost at its end, that has been noted as the plugin's; what was paused stays so.
        if generation.isStarted, entry.state.current != .paused {
            try? entry.state.move(to: .running, of: generation.number)
        } else if entry.isDown {
            // It was stopped before it was lost and left down, and is what a command can start now.
            try? entry.state.move(to: .stopping, of: generation.number)
            try? entry.state.move(to: .stopped, of: generation.number)
        }
        providers.add(generation.descriptor)
        dependentIndex.add(generation.descriptor)
        // The crashes of the one before say nothing of this one.
        entry.restarts.reset()
        supervise(generation, of: entry)
        tellWhatDoesNotHold(for: generation)
        endReplaced(by: entry)
        entry.descriptor = generation.descriptor
        entry.lastError = nil
        if let previous {
            entry.keepFigures(of: previous)
            retire(previous.image, of: entry)
            entry.reloads += 1
        } else {
            environment.events.send(
                PluginEvent(.loaded, plugin: entry.id, generation: generation.number, path: entry.path)
            )
        }
        if outcome.statePreserved {
            environment.events.send(PluginEvent(.stateRestored, plugin: entry.id, generation: generation.number))
        }
        var record = GenerationRecord(
            generation: generation.number,
            version: generation.descriptor.version,
            build: generation.image.build.description,
            path: entry.path,
            time: Date()
        )
        record.rollbackOf = origin
        beginProbation(of: entry, record: &record)
        let stage: CrashMarks.Stage = record.committed ? .committed : .probation
        CrashMarks.note(stage, of: record.generation, of: CrashMarks.place(of: entry.id))
        if phase == .starting, previous == nil {
            keepLater(record, of: entry)
        } else {
            await keep(record, left: outcome.left, by: previous, of: entry)
        }
    }

    /// Notes how long it took to bring the live generation up, and since when it serves (LM-4).
    func note(_ phases: [ReloadResult.Phase], of entry: PluginEntry) {
        func seconds(_ names: Set<String>) -> Double {
            phases.reduce(0) { $0 + (names.contains($1.name) ? $1.seconds : 0) }
        }
        entry.times = (
            load: seconds(["load-image", ReloadPhase.create.rawValue, ReloadPhase.load.rawValue]),
            initialise: seconds([ReloadPhase.initialise.rawValue])
        )
        entry.servingSince = entry.live?.isStarted == true ? .now : nil
        entry.health = nil
    }

    /// Writes generation, build and the state that was left to the disk.
    private func keep(
        _ record: GenerationRecord,
        left: SavedState?,
        by previous: Generation?,
        of entry: PluginEntry
    ) async {
        guard let history = entry.history, let image = entry.live?.image.path else { return }
        let kept = await environment.storage.run { () -> Result<Void, PluginError> in
            Result { () throws(PluginError) in
                try history.switched(to: record, leaving: left, by: previous, image: image)
            }
        }
        environment.storage.perform { [images = environment.images] _ in images.makeSpare() }
        switch kept {
        case .success:
            guard left != nil, let previous else { return }
            environment.events.send(PluginEvent(.statePreserved, plugin: entry.id, generation: previous.number))
        case .failure(let error):
            complain(entry, "generation \(record.generation) serves but could not be written down: \(error.message)")
        }
    }

    /// Counts an image that stays mapped, and warns when there are many (field notes: only a process gives them back).
    func retire(_ image: any PluginImage, of entry: PluginEntry) {
        entry.retire(image)
        let all = entries.values.reduce(0) { $0 + $1.retiredImages }
        guard all >= configuration.retiredGenerationsWarning, !entry.warnedOfRetired else { return }
        entry.warnedOfRetired = true
        environment.warn(
            entry.id,
            "\(all) retired generations are mapped in this process, \(entry.retiredImages) of them this plugin's; "
                + "only a restart of the host gives their memory back"
        )
    }

    // MARK: Failure

    /// Counts a failed attempt, and tries again later or sets the build aside (HR-5).
    func failed(
        _ error: PluginError,
        _ report: ReloadAttempt.Report,
        of entry: PluginEntry,
        since began: MonotonicInstant
    ) async -> ReloadResult {
        if let image = report.image {
            retire(image, of: entry)
            entry.refused = image.descriptor
        }
        entry.lastError = error.message
        entry.waitsForDependency = error.code == .dependency
        hasWaited = hasWaited || entry.waitsForDependency
        leaveInError(entry, error, report)
        var result = fail(with: error, report, of: entry, since: began)
        if error.code == .untrusted {
            refused(entry)
            complete(result, report, of: entry)
        } else if !entry.waitsForDependency {
            if report.hasLostPrevious || report.image?.isVictim == true { entry.attempts.excuse() }
            switch entry.attempts.failed(with: error.code, now: .now) {
            case .retry(let instant): scheduleRetry(of: entry, at: instant)
            case .quarantine:
                setAside(entry, build: report.build?.description ?? "", reason: error.description, code: error.code)
                complete(result, report, of: entry)
            case .leave:
                entry.pendingChange = true
                complete(result, report, of: entry)
            }
        }
        if entry.live == nil { await fallBack(entry, because: error.description) }
        (result.generation, result.state) = (entry.live?.number ?? 0, entry.state.current.name)
        return result
    }

    /// Leaves a plugin in error that nothing serves, wherever the attempt at it has ended.
    func leaveInError(_ entry: PluginEntry, _ error: PluginError, _ report: ReloadAttempt.Report) {
        guard entry.live == nil else { return }
        try? entry.state.move(to: .error(error.message), of: generation(of: report, entry))
        entry.slot.shut(
            PluginError(code: error.code, message: "\(entry.id): no generation serves: \(error.message)")
        )
    }

    /// Tries a file again at a moment, or at once if that has passed.
    func scheduleRetry(of entry: PluginEntry, at instant: MonotonicInstant) {
        let id = entry.id
        let timer = schedule(after: MonotonicInstant.now.duration(to: instant)) { conductor in
            guard let entry = conductor.entries[id] else { return }
            entry.retry = nil
            guard !entry.hasQueuedReload else { return }
            entry.hasQueuedReload = true
            let (isOnCommand, reason) = (entry.isOnCommand, entry.reason)
            Task { _ = await conductor.reload(entry, onCommand: isOnCommand, reason: reason) }
        }
        entry.retry = (timer, instant)
    }

    /// Sets a build aside, by its content, until the file changes or somebody lifts it.
    func setAside(_ entry: PluginEntry, build: String, reason: String, code: PluginError.Code? = nil) {
        let quarantine = PluginStatus.Quarantine(reason: reason, build: build, time: Date(), code: code?.name)
        entry.quarantine = quarantine
        entry.attempts.reset()
        write(entry) { $0.setAside(quarantine) }
    }

    /// Lifts a quarantine, if there is one.
    func liftQuarantine(_ entry: PluginEntry) {
        forgetCrash(of: entry.path)
        guard entry.quarantine != nil else { return }
        entry.quarantine = nil
        entry.attempts.reset()
        write(entry) { $0.liftQuarantine() }
    }

    /// Lets a file be loaded that has crashed the host.
    private func forgetCrash(of path: String) {
        guard crashedFiles.removeValue(forKey: path) != nil else { return }
        let (environment, files) = (environment, crashedFiles)
        environment.storage.perform { _ in
            do throws(PluginError) {
                try environment.directory.crashedFiles.save(files)
            } catch {
                environment.warn("host", error.message)
            }
        }
    }

    /// Changes the journal on the disk.
    func write(_ entry: PluginEntry, _ change: @escaping @Sendable (inout PluginJournal) -> Void) {
        guard let history = entry.history else { return }
        let (environment, id) = (environment, entry.id)
        environment.storage.perform { _ in
            do throws(PluginError) {
                try history.update(change)
            } catch {
                environment.warn(id, error.message)
            }
        }
    }

    /// Reports something that failed without stopping the plugin.
    func complain(_ entry: PluginEntry, _ message: String) {
        entry.lastError = "\(entry.id): \(message)"
        var event = PluginEvent(.error, plugin: entry.id, generation: entry.live?.number)
        event.error = message
        environment.events.send(event)
        environment.log(LogRecord(.error, entry.id, message))
    }

    // MARK: Results

    func result(
        _ entry: PluginEntry,
        _ report: ReloadAttempt.Report,
        since began: MonotonicInstant
    ) -> ReloadResult {
        ReloadResult(
            plugin: entry.id,
            generation: entry.live?.number ?? 0,
            state: entry.state.current,
            duration: began.duration(to: .now),
            hold: report.hold,
            phases: report.phases,
            attempts: report.policy.attempts
        )
    }

    func refusal(_ entry: PluginEntry, _ error: PluginError) -> ReloadResult {
        ReloadResult(
            plugin: entry.id,
            generation: entry.live?.number ?? 0,
            state: entry.state.current,
            error: error,
            attempts: entry.attempts.attempts
        )
    }
}
