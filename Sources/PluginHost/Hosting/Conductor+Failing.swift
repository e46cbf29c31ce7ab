internal import LinuxSystem
internal import struct FoundationEssentials.Date

/// What comes of an attempt that has failed, and of a build that is set aside.
extension Conductor {
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
}
