extension HostMetrics {
    /// The bounds of the histogram of latencies in nanoseconds: each is twice the one before, from 128 ns to 17 s.
    private static let bounds: [UInt64] = (7...34).map { 1 << $0 }

    /// The calls of plugins.
    var calls: [MetricFamily] {
        var failures = MetricFamily(
            "plugin_host_call_failures",
            .counter,
            "Calls among those answered that did not end well: the plugin failed, it refused them, or they took too long."
        )
        var latency = MetricFamily(
            "plugin_host_call_duration_seconds",
            .histogram,
            in: .seconds,
            "How long calls take in the plugin. SAMPLED: the first 64 calls of each generation are timed, and then one in 256;"
                + " the count is that of the samples, not of the calls."
        )
        for plugin in figures.status.plugins {
            let id = Label("plugin", plugin.id)
            if let outcomes = plugin.outcomes {
                failures.add([id, Label("kind", "failed")], outcomes.failed)
                failures.add([id, Label("kind", "refused")], outcomes.refused)
                failures.add([id, Label("kind", "timed-out")], outcomes.timedOut)
            }
            guard let histogram = figures.plugins[plugin.id]?.latencies else { continue }
            latency.add(
                [id],
                bounds: Self.bounds.map { Double($0) / 1e9 },
                cumulated: histogram.cumulated(at: Self.bounds),
                count: histogram.samples,
                sum: Double(histogram.total) / 1e9
            )
        }
        return [
            perPlugin("calls", .counter, "Calls that were answered, well or not.") { .whole($0.calls) },
            failures,
            perPlugin("calls_turned_away", .counter, "Calls that never reached the plugin.") {
                $0.outcomes.map { .whole($0.turnedAway) }
            },
            perPlugin("calls_in_flight", .gauge, "Calls that the plugin is working on.") {
                .whole(UInt64(clamping: $0.inFlight))
            },
            perPlugin("calls_held", .gauge, "Calls that wait for a reload to end, or for their turn.") {
                .whole(UInt64(clamping: $0.heldCalls))
            },
            latency,
        ]
    }
}
