internal import PluginHost

/// A host whose plugins run in processes of their own.
enum IsolatedStage {
    static func make(
        _ bench: Bench,
        _ name: String,
        _ change: (inout HostConfiguration) -> Void = { _ in }
    ) throws -> Stage {
        let stage = try Stage(bench, name) { configuration in
            configuration.isolation = .process
            configuration.runner = bench.products.runner
            configuration.healthInterval = .zero
            configuration.strategy = .immediate
            change(&configuration)
        }
        try Gauge.write(try Gauge(bench.products).build(tag: 1), to: "\(stage.plugins)/libGauge.so")
        return stage
    }
}
