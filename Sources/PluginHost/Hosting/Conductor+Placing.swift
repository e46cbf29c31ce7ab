internal import LinuxSystem
internal import PluginLoading

extension Conductor {
    /// Where a plugin is to run: by command, else by its own setting, else where all run.
    func isolation(of id: String) -> Isolation {
        entries[id]?.isolation ?? configuration.plugins[id]?.isolation ?? configuration.isolation
    }

    /// Decides where an image of an entry's file is to be loaded.
    func placement(for entry: PluginEntry) -> ImagePlacement {
        let (environment, configuration, id) = (environment, configuration, entry.id)
        let chosen = entries.compactMapValues(\.isolation)
        return ImagePlacement(
            expected: entry.history == nil ? nil : id,
            isolation: { chosen[$0] ?? configuration.plugins[$0]?.isolation ?? configuration.isolation },
            unknown: configuration.isolation,
            hasExceptions: !chosen.isEmpty || configuration.plugins.values.contains { $0.isolation != nil },
            runners: environment.runners,
            images: environment.images,
            trial: configuration.probesBuilds && environment.runners != nil ? trial(for: entry) : nil,
            warn: { environment.warn(id, $0) }
        )
    }

    /// Makes the trial of new builds of a plugin.
    private func trial(for entry: PluginEntry) -> BuildTrial {
        let (environment, configuration) = (environment, configuration)
        let (live, slot, history) = (entry.live, entry.slot, entry.history)
        return BuildTrial(
            proven: history?.journal.neededBuilds ?? [],
            settings: { environment.settings(of: $0) },
            state: { () throws(PluginError) in
                guard configuration.preservesState else { return nil }
                guard let live, live.isStarted else {
                    return try history?.latestState { environment.warn(slot.id, $0) }
                }
                guard live.instance.hasState else { return nil }
                let deadline = MonotonicInstant.now.advanced(by: configuration.drainTimeout)
                let state = try unsafe slot.visit(live.instance.lane, until: deadline) { () throws(PluginError) in
                    try live.instance.saveState()
                }
                return (state, live.descriptor.version)
            },
            services: { environment.services(for: $0, generation: 0) }
        )
    }
}
