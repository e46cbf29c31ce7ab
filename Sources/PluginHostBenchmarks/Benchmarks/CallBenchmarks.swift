internal import PluginHost
internal import Synchronization

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

    /// Empty calls by two threads at once: how long one takes for each of them.
    static func shared(_ bench: Bench) async throws -> [Comparison] {
        let stage = try Stage(bench, "call.shared")
        try install(bench, in: stage)
        try await stage.host.start()
        let handle = try await stage.host.plugin("gauge")
        let bare = try startBare(bench, in: stage)
        let calls = 50_000
        let comparison = try await Comparison.measure(
            "call.shared",
            unit: "ns",
            rounds: bench.count(100, quick: 20),
            warmUp: 3,
            ours: { try onTwoThreads(calls) { for _ in 0..<calls { _ = try handle.call("nothing") } } },
            floor: { try onTwoThreads(calls) { try bare.call("nothing", times: calls) } }
        )
        await stage.host.stop()
        return [comparison]
    }

    /// The nanoseconds that each of so many calls took, made by each of two threads.
    private static func onTwoThreads(_ calls: Int, _ body: @escaping @Sendable () throws -> Void) throws -> Double {
        let failures = Mutex<[any Error]>([])
        let watch = Stopwatch()
        Threads.run(2) {
            do { try body() } catch { failures.withLock { $0.append(error) } }
        }
        let time = watch.nanoseconds
        if let failure = failures.withLock(\.first) { throw failure }
        return time / Double(calls)
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
        let bare = try startBare(bench, in: stage)

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

    /// The floor's plugin, which is one in C in every case: what the SDK adds is part of ours.
    private static func startBare(_ bench: Bench, in stage: Stage) throws -> BarePlugin {
        let file = "\(stage.staging)/bare.so"
        try Gauge.write(try Gauge(bench.products).build(tag: 1), to: file)
        let bare = try BarePlugin(file)
        try bare.start()
        return bare
    }

    /// Puts both plugins in place.
    static func install(_ bench: Bench, in stage: Stage) throws {
        try Gauge.write(try Gauge(bench.products).build(tag: 1), to: "\(stage.plugins)/libGauge.so")
        try Gauge.write(try bench.products.bytes(of: "SwiftGauge"), to: "\(stage.plugins)/libSwiftGauge.so")
    }
}
