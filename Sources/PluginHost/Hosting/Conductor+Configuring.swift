internal import LinuxSystem
internal import PluginLoading

extension Conductor {
    /// Takes over what commands of earlier runs have said of a plugin's settings.
    func noteSettings(of entry: PluginEntry) {
        guard let commanded = entry.history?.journal.settings else { return }
        environment.settings.setCommanded(commanded, of: entry.id)
    }

    /// The settings of a plugin.
    func settings(of id: String) throws(PluginError) -> JSONValue {
        environment.settings[try find(id).id]
    }

    /// Changes one setting of a plugin by command, or takes the command back (PL-5).
    ///
    /// The running plugin has taken it when this returns, and so it is kept over restarts.
    func configure(_ id: String, _ path: String, _ value: JSONValue?) async throws(PluginError) -> ConfigurationResult {
        guard !path.isEmpty, path.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty })
        else {
            throw PluginError(
                code: .badConfiguration,
                message: "'\(path)' names no setting; a name is words joined by points, as in limits.size"
            )
        }
        let entry = try find(id)
        await entry.lock.acquire(isolation: self)
        defer { entry.lock.release() }
        try refuseAtEnd(of: id)
        let before = environment.settings.commanded(of: id)
        let commanded = SettingsTable.changed(before, path, to: value)
        let result = await take(
            SettingsTable.merged(environment.settings.configured(of: id), commanded),
            for: entry,
            keep: { $0.setCommanded(commanded, of: id) },
            restore: { $0.setCommanded(before, of: id) }
        )
        if result.error == nil, commanded != before {
            write(entry) { $0.settings = commanded.isEmpty ? nil : commanded }
            await environment.storage.run {}
        }
        return result
    }

    /// Takes what a changed configuration says of plugins' settings; one plugin's refusal keeps none of the others from theirs.
    func reconfigure(_ plugins: [String: PluginSettings]) async -> [ConfigurationResult] {
        // One after the other: what has changed is told by what the one before has left, and the last one holds.
        await reconfiguration.acquire(isolation: self)
        defer { reconfiguration.release() }
        var results: [ConfigurationResult] = []
        for id in environment.settings.configured.union(plugins.keys).sorted() {
            let settings = plugins[id]?.settings ?? .object([:])
            let before = environment.settings.configured(of: id)
            guard settings != before else { continue }
            guard let entry = entries[id] else {
                environment.settings.setConfigured(settings, of: id)
                continue
            }
            await entry.lock.acquire(isolation: self)
            results.append(
                await take(
                    SettingsTable.merged(settings, environment.settings.commanded(of: id)),
                    for: entry,
                    keep: { $0.setConfigured(settings, of: id) },
                    restore: { $0.setConfigured(before, of: id) }
                )
            )
            entry.lock.release()
        }
        return results
    }

    /// Has a plugin take settings, which hold only if it does; the entry is locked.
    private func take(
        _ settings: JSONValue,
        for entry: PluginEntry,
        keep: (SettingsTable) -> Void,
        restore: (SettingsTable) -> Void
    ) async -> ConfigurationResult {
        let (table, id) = (environment.settings, entry.id)
        var result = ConfigurationResult(plugin: id, way: .unchanged, settings: settings)
        guard table[id] != settings else {
            keep(table)
            return result
        }
        guard let live = entry.live, !entry.isDown, !live.image.isLost else {
            keep(table)
            result.way = .stored
            // What was lost is started again with them.
            if entry.live == nil || entry.isDown { tryAgain(entry) }
            return result
        }
        do throws(PluginError) {
            if !live.isStarted {
                // What is stopped was given settings when it was initialised, and starts with what a new instance is given.
                keep(table)
                _ = try await putAnew(entry, live)
                result.way = .stored
                return result
            }
            if entry.state.current == .paused { throw Self.paused(entry) }
            if live.instance.isConfigurable {
                try await push(try JSONCoding.encode(settings), to: live, entry)
                keep(table)
                result.way = .pushed
            } else {
                // A new instance is given them when it is initialised.
                keep(table)
                result.statePreserved = try await putAnew(entry, live).statePreserved
                result.way = .reloaded
            }
        } catch {
            restore(table)
            result = ConfigurationResult(
                plugin: id,
                way: .refused,
                settings: table[id],
                error: "\(id) goes on with the settings that it had: \(error.message)",
                code: error.code.name
            )
            environment.warn(id, result.error ?? "")
        }
        return result
    }

    /// Tries a build again that may have failed for want of these settings.
    private func tryAgain(_ entry: PluginEntry) {
        // One that was rolled back from has no code, and did not fail.
        if entry.quarantine?.code != nil { liftQuarantine(entry) }
        guard phase == .running, entry.quarantine == nil, !entry.hasQueuedReload else { return }
        entry.hasQueuedReload = true
        Task { _ = await reload(entry, onCommand: true) }
    }

    private func push(_ settings: [UInt8], to live: Generation, _ entry: PluginEntry) async throws(PluginError) {
        let (slot, limit) = (entry.slot, configuration.drainTimeout)
        try await demand(entry, "configure", limit: limit) { () throws(PluginError) in
            try unsafe slot.visit(live.instance.lane, until: .now.advanced(by: limit)) { () throws(PluginError) in
                try live.instance.configure(settings)
            }
        }
    }
}
