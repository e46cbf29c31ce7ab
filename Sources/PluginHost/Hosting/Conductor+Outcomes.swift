internal import LinuxSystem

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
            becameCurrent(entry)
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
        case .renamed(let plugin, let path):
            guard let other = entries[plugin] else { return result(entry, report, since: began) }
            let left = other.path
            adopt(other, path: path)
            becameCurrent(other)
            endReplaced(by: other)
            // Where files were exchanged, the one that it has left is another plugin's, and may just be looked at as its own: then that
            // one, and its new one, are looked at again.
            if left != path, isThere(left) { for path in [left, path] { handOn(path) } }
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

    /// Forgets what was wrong with other contents of a file that has the one that serves.
    private func becameCurrent(_ entry: PluginEntry) {
        entry.attempts.reset()
        entry.lastError = nil
        entry.waitsForDependency = false
        liftQuarantine(entry)
    }

    private func switched(
        _ outcome: ReloadTransaction.Outcome,
        _ report: ReloadAttempt.Report,
        of entry: PluginEntry,
        since began: MonotonicInstant
    ) async -> ReloadResult {
        entry.attempts.reset()
        liftQuarantine(entry)
        await takeIntoService(outcome, of: entry, rollbackOf: nil, phases: report.phases)
        var result = succeed(with: outcome, report, of: entry, since: began)
        await tellDependents(of: entry)
        result.warnings = judgeDependents(of: entry)
        retryDependents()
        return result
    }

    // MARK: Telling

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
