internal import LinuxSystem

extension Conductor {
    // MARK: New plugins

    /// Puts an image into service whose file was not known to be this plugin; the entry of the file is locked.
    func welcome(
        _ image: any PluginImage,
        from entry: PluginEntry,
        failure: PluginError? = nil,
        since began: MonotonicInstant
    ) async -> ReloadResult {
        let id = image.descriptor.id
        var report = ReloadAttempt.Report(ending: .stranger(image), policy: entry.attempts)
        report.build = image.build
        report.image = image

        var target = entry
        while entry.id != id {
            if let other = entries[id], isElsewhere(other, than: entry) {
                let error = PluginError(
                    code: .conflict,
                    message:
                        "\(entry.path): \(other.path) provides the plugin \(id) already; remove one of the two files"
                )
                return await failed(error, report, of: entry, since: began)
            }
            let path = entry.path
            target = entries[id] ?? makeEntry(id: id, path: path)
            await target.lock.acquire(isolation: self)
            // Meanwhile it may have been removed, or another file may have turned out to be this plugin.
            guard entries[id] === target, !isElsewhere(target, than: entry) else {
                target.lock.release()
                continue
            }
            if entry.live == nil { entries[entry.id] = nil }
            adopt(target, path: path)
            break
        }
        defer { if target !== entry { target.lock.release() } }
        guard target.state.current != .paused else {
            // It is reloaded when it goes on, as from its own file.
            retire(image, of: target)
            target.pendingChange = true
            return refusal(target, Self.paused(target))
        }
        guard environment.isEnabled(id) else { return decline(image, target) }

        if target.history == nil {
            switch await openHistory(of: id) {
            case .success(let history):
                target.history = history
                noteIsolation(of: target)
                noteSettings(of: target)
                target.quarantine = history.journal.quarantine
            case .failure(let error): return await failed(error, report, of: target, since: began)
            }
        }
        if target.quarantine?.refusedBuild == image.build.description {
            // It is under another name what is set aside.
            retire(image, of: target)
            report = ReloadAttempt.Report(ending: .quarantined, policy: target.attempts)
            return await settle(report, of: target, since: began)
        }
        if let failure { return await failed(failure, report, of: target, since: began) }
        do throws(PluginError) {
            try refuseAtEnd(of: id)
        } catch {
            retire(image, of: target)
            return refusal(target, error)
        }
        let second = await run(
            target,
            AttemptKind(),
            obtain: { learn throws(PluginError) in
                learn(image.build)
                return .ready(image)
            }
        )
        return await settle(second, of: target, since: began)
    }

    /// Whether a plugin serves from a file that is there, and is another one than that of an entry.
    private func isElsewhere(_ other: PluginEntry, than entry: PluginEntry) -> Bool {
        other.live != nil && other.path != entry.path && isThere(other.path)
    }

    /// Leaves a plugin alone that the configuration switches off.
    private func decline(_ image: any PluginImage, _ entry: PluginEntry) -> ReloadResult {
        retire(image, of: entry)
        entry.descriptor = image.descriptor
        // Nothing has failed.
        entry.attempts.reset()
        let error = PluginError(
            code: .busy,
            message: "\(image.descriptor.id): the configuration has \"enabled\": false for it"
        )
        entry.lastError = error.message
        entry.slot.shut(error)
        return refusal(entry, error)
    }

    // MARK: Falling back

    /// Serves the last committed generation from the archive, when the file in the directory can't be used (HR-5).
    func fallBack(_ entry: PluginEntry, because reason: String) async {
        guard entry.live == nil, environment.isEnabled(entry.id), let history = entry.history,
            let record = history.journal.committed
        else { return }
        let (path, preparation, trust) = (entry.path, archivePreparation(for: entry), environment.trust)
        let policy = entry.attempts
        var kind = AttemptKind()
        // A generation that was never committed may have left a state that this one does not read.
        if let name = record.snapshot, !record.live, configuration.preservesState {
            kind.stored = try? await environment.storage.run { () -> Result<_, PluginError> in
                Result { () throws(PluginError) in try history.state(named: name) }
            }.get()
        }
        let report = await run(
            entry,
            kind,
            obtain: { _ throws(PluginError) in
                let file = try history.loadBuild(record.build, trust, path)
                return try preparation.prepare(ReadImage(file, path: path), path: path, learn: { _ in })
            }
        )
        entry.attempts = policy
        let error = entry.lastError
        switch report.ending {
        case .switched(let outcome):
            entry.figures.rollbacks += 1
            await takeIntoService(
                outcome,
                of: entry,
                rollbackOf: record.rollbackOf ?? record.generation,
                phases: report.phases
            )
            var event = PluginEvent(.rollbackTriggered, plugin: entry.id, generation: outcome.generation.number)
            event.reason = "the file in the directory can't be used: \(reason)"
            environment.events.send(event)
            entry.lastError = error
            await tellDependents(of: entry)
            judgeDependents(of: entry)
            retryDependents()
        case .failed(let failure):
            if let image = report.image { retire(image, of: entry) }
            let problem = "the committed generation \(record.generation) could not be put back: \(failure.message)"
            leaveInError(entry, PluginError(code: failure.code, message: "\(reason); \(problem)"), report)
            if failure.code == .dependency {
                entry.waitsForDependency = true
                hasWaited = true
                // What it needs may come yet.
                guard phase != .starting else { return waitingFallBacks.append((entry, reason)) }
            }
            complain(entry, problem)
        default: break
        }
    }

    /// Preparation of a build that is known to be wanted, whatever else has the same content.
    func archivePreparation(for entry: PluginEntry) -> ImagePreparation {
        var preparation = preparation(for: entry)
        preparation.live = nil
        preparation.quarantined = nil
        preparation.others = [:]
        return preparation
    }
}
