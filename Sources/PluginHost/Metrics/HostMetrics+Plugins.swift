extension HostMetrics {
    /// What plugins there are, and how they stand.
    var plugins: [MetricFamily] {
        var info = MetricFamily("plugin_host_plugin", .info, "A plugin; the build is the SHA-256 of its file.")
        var states = MetricFamily("plugin_host_plugin_state", .stateset, "The state that a plugin is in.")
        for plugin in figures.status.plugins {
            let id = Label("plugin", plugin.id)
            info.addInfo([
                id, Label("version", plugin.version), Label("isolation", plugin.isolation),
                Label("build", plugin.build),
            ])
            states.add([id], state: plugin.state, of: PluginState.names)
        }
        return [
            info, states,
            perPlugin("plugin_up", .gauge, "Whether a plugin serves calls.") {
                .whole($0.state == PluginState.running.name ? 1 : 0)
            },
            perPlugin("plugin_generation", .gauge, "The generation that is loaded; 0 if none is.") {
                .whole($0.generation)
            },
            perPlugin("plugin_uptime_seconds", .gauge, in: .seconds, "How long the generation serves.") {
                $0.uptimeSeconds.map { .real($0) }
            },
            perPlugin("plugin_retired_generations", .gauge, "Generations that were replaced and are still mapped.") {
                .whole(UInt64(clamping: $0.retiredGenerations))
            },
            perPlugin(
                "plugin_retired_bytes",
                .gauge,
                in: .bytes,
                "Address space of the generations that were replaced and are still mapped."
            ) { .whole(UInt64(clamping: $0.retiredBytes)) },
            perPlugin(
                "plugin_resident_memory_bytes",
                .gauge,
                in: .bytes,
                "Memory of the process of an isolated plugin, with what it shares; plugins of a group have one process."
            ) { $0.memory.map { .whole(UInt64(clamping: $0.residentBytes)) } },
            perPlugin(
                "plugin_proportional_memory_bytes",
                .gauge,
                in: .bytes,
                "Memory of the process of an isolated plugin, with its part of what it shares."
            ) { $0.memory?.proportionalBytes.map { .whole(UInt64(clamping: $0)) } },
            perPlugin("plugin_requests", .gauge, "Requests of an isolated plugin to the host that are under way.") {
                figures.plugins[$0.id].map { .whole(UInt64(clamping: $0.requests)) }
            },
        ]
    }

    /// How plugins are, and whether builds of them are set aside.
    var health: [MetricFamily] {
        let levels = ["healthy", "degraded", "unhealthy"]
        var health = MetricFamily(
            "plugin_host_plugin_health",
            .stateset,
            "The health of a plugin when it was asked last."
        )
        for plugin in figures.status.plugins {
            guard let report = plugin.health else { continue }
            health.add([Label("plugin", plugin.id)], state: report.level, of: levels)
        }
        return [
            health,
            perPlugin("plugin_quarantined", .gauge, "Whether a build of a plugin is set aside.") {
                .whole($0.quarantine == nil ? 0 : 1)
            },
            perPlugin("plugin_restarts", .counter, "How often a plugin was started again after a crash.") {
                .whole(UInt64(clamping: $0.restarts))
            },
            perPlugin(
                "plugin_crashes",
                .counter,
                "How often the process of a plugin has ended by itself or was given up."
            ) {
                figures.plugins[$0.id].map { .whole($0.reloads.crashes) }
            },
        ]
    }
}
