internal import Glibc
internal import LinuxSystem
internal import PluginHost

/// How much memory a runner takes, its part of what all share, with 1, 10 and 100 of them.
enum RunnerMemoryBenchmark {
    static func measure(_ bench: Bench) async throws -> [Comparison] {
        var comparisons: [Comparison] = []
        for count in [1, 10, 100] {
            let name = "isolated.memory.\(count)"
            let stage = try IsolatedStage.make(bench, name) { $0.warmRunners = 0 }
            let gauge = try Gauge(bench.products)
            for index in 1..<max(count, 1) {
                try Gauge.write(gauge.build(id: "gauge-\(index)", tag: 1), to: "\(stage.plugins)/gauge-\(index).so")
            }
            try await stage.host.start()
            for plugin in await stage.host.status().plugins {
                _ = try await stage.host.plugin(plugin.id).call("nothing")
            }
            var comparison = Comparison(name: name, unit: "KiB")
            for _ in 0..<bench.count(5, quick: 2) {
                comparison.append(ours: try ProcessFigures.childrenMemory() / Double(count), floor: 0)
            }
            comparisons.append(comparison)
            await stage.host.stop()
        }
        return comparisons
    }
}
