internal import Glibc
internal import LinuxSystem
internal import PluginHost

/// What callers notice of a storm of reloads: two threads call without pause, and the slowest call of each reload counts.
///
/// The floor is the slowest call in as long a time without a reload. All answers are checked: each call was counted by
/// the plugin exactly once, over all generations, and none that began after a reload was answered by a build before it.
enum StormBenchmark {
    static func measure(_ bench: Bench) async throws -> [Comparison] {
        let stage = try Stage(bench, "storm.calls") { $0.strategy = .manual }
        let gauge = try Gauge(bench.products)
        let file = "\(stage.plugins)/libGauge.so"
        try Gauge.write(gauge.build(tag: 1), to: file)
        try await stage.host.start()
        let handle = try await stage.host.plugin("gauge")
        let reloads = bench.count(1000, quick: 100)
        let weather = StormWeather()
        let callers = [
            StormCaller(handle, weather, intervals: 4 * (reloads + 1)),
            StormCaller(handle, weather, intervals: 4 * (reloads + 1)),
        ]
        for caller in callers { caller.start() }

        /// Lets calls that began before end, so that none belongs to two measured times.
        func pause() {
            weather.next()
            let counts = callers.map(\.calls)
            while zip(callers, counts).contains(where: { $0.isRunning && $0.calls < $1 + 2 }) { usleep(50) }
        }
        for tag in 2...UInt64(reloads + 1) {
            let staged = "\(stage.staging)/next"
            try Gauge.write(gauge.build(tag: tag), to: staged)
            try Gauge.move(staged, to: file)
            pause()
            let watch = Stopwatch()
            weather.next()
            let results = await stage.host.reload(["gauge"])
            weather.reloaded(to: tag)
            let time = watch.microseconds
            guard let result = results.first, result.success, !result.unchanged else {
                throw BenchmarkFailure.failed("a reload failed: \(results.first?.error ?? "nothing was reloaded")")
            }
            pause()
            weather.next()
            usleep(UInt32(time))
        }
        weather.end()
        let records = callers.map { $0.record() }
        try StormRecord.check(records, lastCount: try Gauge.number(handle.call("count"), at: 1))
        await stage.host.stop()
        return [compare(records, reloads: reloads)]
    }

    /// Of each four intervals the second is a reload and the fourth as long a time without one.
    private static func compare(_ records: [StormRecord], reloads: Int) -> Comparison {
        var comparison = Comparison(name: "storm.calls", unit: "us")
        for index in 0..<reloads {
            let ours = records.map { $0.slowest[4 * index + 2] }.max() ?? 0
            let floor = records.map { $0.slowest[4 * index + 4] }.max() ?? 0
            comparison.append(ours: ours, floor: floor)
        }
        return comparison
    }
}
