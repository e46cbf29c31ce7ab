internal import Glibc
internal import LinuxSystem
internal import PluginHost

/// How much memory a runner takes, its part of what all share, with 1, 10 and 100 of them that serve a call now and then.
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
            try await call(stage.host)
            // A runner lets go of what its start needed when nothing has come for a second; what calls need comes back.
            try await Task.sleep(for: .seconds(3))
            try await call(stage.host)
            var comparison = Comparison(name: name, unit: "KiB")
            for _ in 0..<bench.count(5, quick: 2) {
                comparison.append(ours: try ProcessFigures.childrenMemory() / Double(count), floor: 0)
            }
            comparisons.append(comparison)
            await stage.host.stop()
        }
        return comparisons
    }

    private static func call(_ host: PluginHost) async throws {
        for plugin in await host.status().plugins { _ = try await host.plugin(plugin.id).call("nothing") }
    }
}
