internal import PluginHost

/// What a call costs that crosses into a plugin and back.
///
/// A single call is shorter than two looks at the clock, so a sample is the mean of many calls in a loop.
enum CallBenchmarks {
    static func empty(_ bench: Bench) async throws -> [Comparison] {
        try await measure(bench, "call.empty", plugin: "gauge", method: "nothing")
    }

    static func swift(_ bench: Bench) async throws -> [Comparison] {
        try await measure(bench, "call.swift", plugin: "swift-gauge", method: "nothing")
    }

    static func large(_ bench: Bench) async throws -> [Comparison] {
        let input = [UInt8](repeating: 7, count: 64 * 1024)
        return try await measure(bench, "call.64k", plugin: "gauge", method: "echo", input: input, calls: 50)
    }

    private static func measure(
        _ bench: Bench,
        _ name: String,
        plugin: String,
        method: String,
        input: [UInt8] = [],
        calls: Int = 1000
    ) async throws -> [Comparison] {
        let stage = try Stage(bench, name)
        try install(bench, in: stage)
        try await stage.host.start()
        let handle = try await stage.host.plugin(plugin)
        // The floor is a plugin in C in every case: what the SDK adds is part of ours.
        let bareFile = "\(stage.staging)/bare.so"
        try Gauge.write(try Gauge(bench.products).build(tag: 1), to: bareFile)
        let bare = try BarePlugin(bareFile)
        try bare.start()

        let comparison = try await Comparison.measure(
            name,
            unit: "ns",
            rounds: bench.count(3000, quick: 600),
            warmUp: bench.count(200, quick: 50),
            ours: {
                let watch = Stopwatch()
                for _ in 0..<calls { _ = try handle.call(method, input) }
                return watch.nanoseconds / Double(calls)
            },
            floor: {
                let watch = Stopwatch()
                if input.isEmpty {
                    try bare.call("nothing", times: calls)
                } else {
                    try bare.call(method, input, times: calls)
                }
                return watch.nanoseconds / Double(calls)
            }
        )
        await stage.host.stop()
        return [comparison]
    }

    /// Puts both plugins in place.
    static func install(_ bench: Bench, in stage: Stage) throws {
        try Gauge.write(try Gauge(bench.products).build(tag: 1), to: "\(stage.plugins)/libGauge.so")
        try Gauge.write(try bench.products.bytes(of: "SwiftGauge"), to: "\(stage.plugins)/libSwiftGauge.so")
    }
}
