internal import Glibc
internal import PluginHost

/// What an event costs that goes to some handlers, and a value that goes through ten hooks; beside direct calls of the same.
///
/// The same is measured while another plugin of the host reloads without a pause.
enum MessagingBenchmarks {
    /// Events to so many handlers: the time of one event, from publishing the first to the last answer of the last.
    static func events(_ bench: Bench, handlers: Int, whileReloading: Bool) async throws -> [Comparison] {
        let topic = [1: "one", 10: "ten", 100: "hundred"][handlers] ?? "one"
        let name = "events.\(handlers)\(whileReloading ? ".reloading" : "")"
        return try await measure(bench, name, whileReloading: whileReloading) { host, plugin in
            let events = max(20, 1000 / handlers)
            let data = [UInt8](repeating: 7, count: 16)
            let input = Array(#"{"topic":"measure.\#(topic)","id":"1","source":"host","time":""}"#.utf8) + [10] + data
            let methods = (0..<handlers).map { "ph.event/h\($0)" }
            var expected = try Gauge.number(plugin.call("count"))
            return try await Comparison.measure(
                name,
                unit: "ns",
                rounds: bench.count(200, quick: 20),
                warmUp: bench.count(20, quick: 4),
                ours: {
                    let watch = Stopwatch()
                    for _ in 0..<events { try host.publish("measure.\(topic)", data) }
                    expected += UInt64(events * handlers)
                    while try Gauge.number(plugin.call("count")) < expected { usleep(20) }
                    return watch.nanoseconds / Double(events)
                },
                floor: {
                    let watch = Stopwatch()
                    for _ in 0..<events {
                        for method in methods { _ = try plugin.call(method, input) }
                    }
                    expected += UInt64(events * handlers)
                    return watch.nanoseconds / Double(events)
                }
            )
        }
    }

    /// A value through a chain of ten hooks.
    static func hooks(_ bench: Bench, whileReloading: Bool) async throws -> [Comparison] {
        let name = "hooks.10\(whileReloading ? ".reloading" : "")"
        return try await measure(bench, name, whileReloading: whileReloading) { host, plugin in
            let value = JSONValue.object(["text": .string("hello")])
            let input = Array(#"{"text":"hello"}"#.utf8)
            let methods = (0..<10).map { "ph.hook/k\($0)" }
            let chains = 20
            return try await Comparison.measure(
                name,
                unit: "ns",
                rounds: bench.count(200, quick: 20),
                warmUp: bench.count(20, quick: 4),
                ours: {
                    let watch = Stopwatch()
                    for _ in 0..<chains {
                        let result = try await host.runHooks("measure", value)
                        guard result.hooks == 10, result.failures.isEmpty else {
                            throw BenchmarkFailure.failed(
                                "\(name): \(result.failures.first?.error ?? "hooks are missing")"
                            )
                        }
                    }
                    return watch.nanoseconds / Double(chains)
                },
                floor: {
                    let watch = Stopwatch()
                    for _ in 0..<chains {
                        for method in methods { _ = try plugin.call(method, input) }
                    }
                    return watch.nanoseconds / Double(chains)
                }
            )
        }
    }

    private static func measure(
        _ bench: Bench,
        _ name: String,
        whileReloading: Bool,
        _ body: (PluginHost, PluginHandle) async throws -> Comparison
    ) async throws -> [Comparison] {
        let stage = try Stage(bench, name) { $0.strategy = .manual }
        try Gauge.write(try bench.products.bytes(of: "Listener"), to: "\(stage.plugins)/libListener.so")
        let reloads = try EndlessReloads(bench, stage)
        try await stage.host.start()
        let plugin = try await stage.host.plugin("listener")
        if whileReloading { reloads.begin() }
        let comparison = try await body(stage.host, plugin)
        try await reloads.end()
        await stage.host.stop()
        return [comparison]
    }
}
