/// Makes metrics of a host's figures.
///
/// Names are the contract with those who have built dashboards on them: they are added to, and never change.
struct HostMetrics {
    typealias Label = MetricFamily.Label

    let figures: HostFigures

    /// All families, in the order in which they are shown.
    var families: [MetricFamily] {
        host + watching + plugins + calls + reloads + health + messaging + tasks + heartbeat + programs
    }

    /// Makes a family with one metric, or none, for each plugin.
    func perPlugin(
        _ name: String,
        _ kind: MetricFamily.Kind,
        in unit: MetricFamily.Unit? = nil,
        _ help: String,
        _ value: (PluginStatus) -> MetricFamily.Value?
    ) -> MetricFamily {
        var family = MetricFamily("plugin_host_\(name)", kind, in: unit, help)
        for plugin in figures.status.plugins { family.add([Label("plugin", plugin.id)], value(plugin)) }
        return family
    }

    /// Makes a family with one metric.
    func single(
        _ name: String,
        _ kind: MetricFamily.Kind,
        in unit: MetricFamily.Unit? = nil,
        _ help: String,
        _ value: MetricFamily.Value?
    ) -> MetricFamily {
        var family = MetricFamily("plugin_host_\(name)", kind, in: unit, help)
        family.add([], value)
        return family
    }

    // MARK: The host

    private var host: [MetricFamily] {
        let status = figures.status.host
        var info = MetricFamily("plugin_host", .info, "The host.")
        info.addInfo([Label("version", status.version), Label("strategy", status.strategy)])
        var loaded = MetricFamily("plugin_host_plugins", .gauge, "Plugins that the host knows.")
        let others = max(status.totals.plugins - status.totals.loaded - status.totals.failed, 0)
        loaded.add([Label("condition", "serving")], status.totals.loaded)
        loaded.add([Label("condition", "failed")], status.totals.failed)
        loaded.add([Label("condition", "other")], others)
        var runners = MetricFamily("plugin_host_runners", .gauge, "Processes for isolated plugins.")
        if let counts = figures.runners {
            runners.add([Label("use", "spare")], counts.spare)
            runners.add([Label("use", "plugins")], counts.used)
        }
        let memory = figures.memory
        return [
            info,
            single("start_time_seconds", .gauge, in: .seconds, "When the host was started.", .real(figures.startTime)),
            single(
                "resident_memory_bytes",
                .gauge,
                in: .bytes,
                "Memory of the host's own process, with what it shares with others.",
                memory.map { .whole(UInt64(clamping: $0.residentBytes)) }
            ),
            single(
                "proportional_memory_bytes",
                .gauge,
                in: .bytes,
                "Memory of the host's own process, with its part of what it shares with others.",
                memory?.proportionalBytes.map { .whole(UInt64(clamping: $0)) }
            ),
            loaded, runners,
            single(
                "requests",
                .gauge,
                "Requests of isolated plugins to the host that are under way, of all plugins.",
                .whole(UInt64(clamping: figures.requests))
            ),
            single(
                "troubles",
                .gauge,
                "Things that keep the host from doing all of its work, such as a directory that is missing.",
                .whole(UInt64(status.troubles.count))
            ),
        ]
    }

    private var watching: [MetricFamily] {
        let counters = figures.watching
        var events = MetricFamily(
            "plugin_host_watch_events",
            .counter,
            "File events that the host was told of: looked into one by one, or together with others."
        )
        events.add([Label("handling", "single")], counters.eventsHandled)
        events.add([Label("handling", "coalesced")], counters.eventsCoalesced)
        func count(_ name: String, _ help: String, _ value: Int) -> MetricFamily {
            single(name, .counter, help, .whole(UInt64(clamping: value)))
        }
        return [
            events,
            count(
                "watch_overflows",
                "How often the kernel lost file events, so that all was scanned.",
                counters.overflows
            ),
            count("watch_scans", "Scans of whole directories.", counters.rescans),
            count("watch_lookups", "Files that were looked up.", counters.filesLookedAt),
        ]
    }
}
