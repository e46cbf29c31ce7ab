internal import LinuxSystem
internal import struct FoundationEssentials.Date
internal import PluginLoading

/// What comes of a generation that serves.
extension Conductor {
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
        providers.add(generation.descriptor, isStarted: generation.isStarted)
        dependentIndex.add(generation.descriptor)
        // The crashes of the one before say nothing of this one.
        entry.restarts.reset()
        supervise(generation, of: entry)
        tellWhatDoesNotHold(for: generation)
        endReplaced(by: entry)
        entry.descriptor = generation.descriptor
        entry.lastError = nil
        entry.unsuited = [:]
        if origin == nil { entry.waitsForDependency = false }
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
    ///
    /// Whichever plugin they are of, they are the host's; it warns again when there are twice as many.
    func retire(_ image: any PluginImage, of entry: PluginEntry) {
        entry.retire(image)
        let all = entries.values.reduce(0) { $0 + $1.retiredImages }
        guard all >= max(retiredWarning, configuration.retiredGenerationsWarning) else { return }
        retiredWarning = all * 2
        let most = entries.values.max { $0.retiredImages < $1.retiredImages }.map {
            ", \($0.retiredImages) of them of \($0.id)"
        }
        environment.warn(
            "host",
            "\(all) retired generations are mapped in this process\(most ?? ""); only a restart of the host gives their memory "
                + "back, or for a plugin that is often reloaded a process of its own ('plugin-host isolate')"
        )
    }
}
