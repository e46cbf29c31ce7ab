extension HostMetrics {
    /// The reloads of plugins.
    var reloads: [MetricFamily] {
        var results = MetricFamily(
            "plugin_host_reloads",
            .counter,
            "Reloads that ended well, with rollbacks and moves to other processes, and attempts that failed."
        )
        var durations = MetricFamily(
            "plugin_host_reload_duration_seconds",
            .histogram,
            in: .seconds,
            "How long reloads took that ended well."
        )
        var holds = MetricFamily(
            "plugin_host_reload_hold_seconds",
            .histogram,
            in: .seconds,
            "How long reloads held calls that ended well."
        )
        var steps = MetricFamily(
            "plugin_host_reload_phase_seconds",
            .summary,
            in: .seconds,
            "How long the steps of reloads took that ended well."
        )
        for plugin in figures.status.plugins {
            let id = Label("plugin", plugin.id)
            results.add([id, Label("result", "success")], plugin.reloads)
            results.add([id, Label("result", "failure")], plugin.failedReloads)
            guard let figures = figures.plugins[plugin.id]?.reloads else { continue }
            durations.add([id], figures.durations)
            holds.add([id], figures.holds)
            for (name, step) in figures.steps.sorted(by: { $0.key < $1.key }) {
                steps.add([id, Label("phase", name)], count: step.count, sum: step.seconds)
            }
        }
        let rollbacks = perPlugin("rollbacks", .counter, "How often an earlier generation was put back.") {
            figures.plugins[$0.id].map { .whole($0.reloads.rollbacks) }
        }
        return [results, durations, holds, steps, rollbacks]
    }
}

extension MetricFamily {
    fileprivate mutating func add(_ labels: [Label], _ tally: DurationTally) {
        add(labels, bounds: DurationTally.bounds, cumulated: tally.cumulated, count: tally.count, sum: tally.sum)
    }
}
