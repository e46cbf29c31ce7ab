internal import PluginHost

/// How long the calls of a plugin took, in seconds.
struct LatencyFigures: Hashable, Sendable {
    var samples: UInt64
    var median: Double
    var p99: Double
    var most: Double

    /// The figures of a plugin; `nil` if none of its calls was measured.
    init?(_ plugin: PluginStatus) {
        guard let latency = plugin.latency else { return nil }
        samples = latency.samples
        median = Double(latency.p50) / 1e9
        p99 = Double(latency.p99) / 1e9
        most = Double(latency.max) / 1e9
    }
}
