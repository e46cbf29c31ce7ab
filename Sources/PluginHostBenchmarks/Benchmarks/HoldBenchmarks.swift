internal import Glibc
internal import PluginHost

/// How long calls are held while a reload moves a state of that size: the host's own figure for each reload.
///
/// The floor moves the same state by the same functions of the same plugin.
enum HoldBenchmarks {
    static func measure(
        _ bench: Bench,
        _ name: String,
        stateSize: Int,
        rounds: Int
    ) async throws -> [Comparison] {
        let stage = try Stage(bench, name) { $0.strategy = .manual }
        let gauge = try Gauge(bench.products)
        let file = "\(stage.plugins)/libGauge.so"
        try Gauge.write(gauge.build(tag: 1, stateSize: stateSize), to: file)
        try await stage.host.start()
        var bare: [BarePlugin] = []
        var tag: UInt64 = 1

        let comparison = try await Comparison.measure(
            name,
            unit: "us",
            rounds: rounds,
            warmUp: 3,
            ours: {
                tag += 1
                let staged = "\(stage.staging)/next"
                try Gauge.write(gauge.build(tag: tag, stateSize: stateSize), to: staged)
                try Gauge.move(staged, to: file)
                let results = await stage.host.reload(["gauge"])
                guard let result = results.first, result.success, !result.unchanged, result.statePreserved else {
                    throw BenchmarkFailure.failed(
                        "a reload failed: \(results.first?.error ?? "the state was not moved")"
                    )
                }
                return result.holdSeconds * 1_000_000
            },
            floor: {
                // The state goes on from one generation to the next, as it does in a host.
                let path = "\(stage.staging)/bare-\(tag).so"
                try Gauge.write(gauge.build(tag: tag, stateSize: stateSize), to: path)
                bare.append(try BarePlugin(path))
                defer { if bare.count > 1 { bare.removeFirst() } }
                // The host's worker has just been woken, and so has this thread: one that has run for long loses its
                // processor in the middle, on a machine where others want it.
                usleep(200)
                // As in a host, a plugin gets its state before its start: it need not make one and drop it.
                let time = bare.count > 1 ? try bare[0].moveState(to: bare[1]) : 0
                try bare[bare.count - 1].start()
                return time
            }
        )
        await stage.host.stop()
        return [comparison]
    }
}
