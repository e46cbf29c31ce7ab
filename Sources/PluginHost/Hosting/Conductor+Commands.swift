internal import Glibc
internal import LinuxSystem
internal import struct FoundationEssentials.Date

extension Conductor {
    /// The entry of a plugin; the error names the plugins that there are.
    func find(_ id: String) throws(PluginError) -> PluginEntry {
        if let entry = entries[id] { return entry }
        guard environment.isEnabled(id) else {
            let message = "there is no plugin \(id): the configuration has \"enabled\": false for it"
            throw PluginError(code: .notFound, message: message)
        }
        guard phase != .idle else {
            throw PluginError(code: .notFound, message: "there is no plugin \(id): the host was not started yet")
        }
        let known = entries.keys.sorted().joined(separator: ", ")
        let near = Spelling.nearest(to: id, among: entries.keys).map { "did you mean '\($0)'? " } ?? ""
        throw PluginError(
            code: .notFound,
            message: "there is no plugin \(id); \(near)this host has \(known.isEmpty ? "none" : known)"
        )
    }

    /// Refuses what could not be kept any more.
    func refuseAtEnd(of id: String) throws(PluginError) {
        guard phase == .stopped else { return }
        throw PluginError(code: .shuttingDown, message: "\(id): the host is stopping")
    }

    /// The slot of a plugin that is or was here.
    func slot(of id: String) throws(PluginError) -> PluginSlot {
        try find(id).slot
    }

    // MARK: Reloading

    /// Reloads plugins by name, in the order given, each once.
    func reload(_ ids: [String], reason: String?) async -> [ReloadResult] {
        var results: [ReloadResult] = []
        var seen: Set<String> = []
        for id in ids where seen.insert(id).inserted {
            do throws(PluginError) {
                let entry = try find(id)
                note(reason, of: entry)
                results.append(await reload(entry, onCommand: true, reason: reason))
            } catch {
                results.append(ReloadResult(plugin: id, error: error))
            }
        }
        return results
    }

    /// Reloads all plugins, in the order of their dependencies.
    func reloadAll(reason: String?) async -> [ReloadResult] {
        let order = LoadOrder(entries.values.compactMap(\.descriptor).map(LoadOrder.Item.init)).order
        return await reload(order + entries.keys.filter { !order.contains($0) }.sorted(), reason: reason)
    }

    /// Logs why a reload was asked for, which may find nothing to do.
    func note(_ reason: String?, of entry: PluginEntry) {
        guard let reason else { return }
        environment.log(LogRecord(.info, entry.id, "a reload was asked for: \(reason)"))
    }

    /// Puts an earlier generation back.
    func rollBack(_ id: String, to generation: UInt64?) async throws(PluginError) -> ReloadResult {
        let entry = try find(id)
        await entry.lock.acquire(isolation: self)
        defer { entry.lock.release() }
        guard entry.state.current != .paused else { return refusal(entry, Self.paused(entry)) }
        return await rollBack(entry, to: generation, reason: "by command")
    }

    /// The generations of a plugin, newest last.
    func history(of id: String) throws(PluginError) -> [GenerationRecord] {
        try find(id).history?.journal.records ?? []
    }

    // MARK: Quarantine

    func quarantines() -> [String: PluginStatus.Quarantine] {
        entries.compactMapValues(\.quarantine)
    }

    /// Lifts a quarantine and tries the build again.
    func liftQuarantine(of id: String) async throws(PluginError) {
        let entry = try find(id)
        try refuseAtEnd(of: id)
        guard entry.quarantine != nil else {
            throw PluginError(code: .notFound, message: "\(id): no build of it is quarantined")
        }
        liftQuarantine(entry)
        // What is written down is on the disk before the command is answered.
        await environment.storage.run {}
        guard configuration.strategy != .manual || entry.live == nil else { return }
        Task { _ = await reload(entry) }
    }

    // MARK: Status

    func status() -> HostStatus {
        let plugins = entries.values.map(status).sorted { $0.id < $1.id }
        return HostStatus(
            host: HostStatus.Host(
                pid: getpid(),
                version: PluginHost.version,
                uptimeSeconds: environment.started.duration(to: .now).inSeconds,
                pluginDirectories: configuration.pluginDirectories,
                stateDirectory: configuration.stateDirectory,
                strategy: configuration.strategy.name,
                troubles: troubles.values.sorted(),
                totals: HostStatus.Totals(
                    plugins: plugins.count,
                    loaded: entries.values.count { serves($0) },
                    failed: entries.values.count { entry in
                        // One that is switched off is where it should be.
                        entry.isDown || entry.live == nil && entry.lastError != nil && environment.isEnabled(entry.id)
                    },
                    reloads: plugins.reduce(0) { $0 + $1.reloads }
                )
            ),
            plugins: plugins
        )
    }

    /// Whether calls of a plugin are answered, perhaps after a reload for which they are held.
    private func serves(_ entry: PluginEntry) -> Bool {
        entry.live?.isStarted == true && [.running, .reloading].contains(entry.state.current)
    }

    private func status(_ entry: PluginEntry) -> PluginStatus {
        let descriptor = entry.live?.descriptor ?? entry.descriptor ?? entry.refused
        let lane = unsafe entry.live?.instance.lane
        let outcomes = outcomes(of: entry)
        return PluginStatus(
            id: entry.id,
            name: descriptor?.name ?? entry.id,
            version: descriptor?.version ?? "",
            state: entry.state.current.name,
            isolation: (entry.live?.image.isolation ?? isolation(of: entry.id)).description,
            generation: entry.live?.number ?? 0,
            retiredGenerations: entry.retiredImages,
            retiredBytes: entry.retiredBytes,
            path: entry.path,
            build: entry.live?.image.build.description ?? "",
            reloads: entry.reloads,
            failedReloads: entry.failedReloads,
            attempts: entry.attempts.attempts,
            nextRetry: entry.retry.map {
                Date().addingTimeInterval(MonotonicInstant.now.duration(to: $0.at).inSeconds)
            },
            quarantine: entry.quarantine,
            lastError: entry.lastError,
            calls: entry.pastCalls + (unsafe lane?.pointee.answered ?? 0),
            failedCalls: outcomes.failed,
            inFlight: unsafe lane?.pointee.callsInFlight ?? 0,
            heldCalls: entry.slot.held,
            onProbation: entry.probation != nil,
            pendingChange: entry.pendingChange,
            uptimeSeconds: entry.servingSince.map { $0.duration(to: .now).inSeconds },
            loadSeconds: entry.times?.load,
            initialiseSeconds: entry.times?.initialise,
            health: entry.health,
            restarts: entry.restartCount,
            descriptor: descriptor,
            permissions: descriptor.map { environment.permissions(of: $0).decision },
            sandbox: entry.live?.image.sandbox,
            latency: CallLatency(entry.slot.latencies.histogram),
            outcomes: outcomes
        )
    }

    /// The calls of a plugin that did not end well, with those of the generations before.
    private func outcomes(of entry: PluginEntry) -> CallOutcomes {
        let lane = unsafe entry.live?.instance.lane
        let present = unsafe lane?.pointee.outcomes ?? CallOutcomes()
        return CallOutcomes(
            failed: entry.pastOutcomes.failed + present.failed,
            refused: entry.pastOutcomes.refused + present.refused,
            timedOut: entry.pastOutcomes.timedOut + present.timedOut,
            turnedAway: entry.slot.turnedAway
        )
    }

    /// The processes that isolated plugins run in, by the plugins' ids.
    func processes() -> [String: Int32] {
        entries.compactMapValues { $0.live?.image.process }
    }
}
