internal import Glibc
internal import LinuxSystem
internal import PluginHost

/// What a host with 100 plugins does while nothing happens: how often its threads wake, and how long they run.
///
/// Checkpoints and probation are off, because they are what an operator may configure to happen. The floor is nothing.
enum IdleBenchmark {
    static func measure(_ bench: Bench) async throws -> [Comparison] {
        let stage = try Stage(bench, "idle") { configuration in
            configuration.checkpointInterval = .zero
            configuration.probation = .zero
        }
        let gauge = try Gauge(bench.products)
        for index in 1...100 {
            try Gauge.write(gauge.build(id: "gauge-\(index)", tag: 1), to: "\(stage.plugins)/gauge-\(index).so")
        }
        try await stage.host.start()
        let loaded = await stage.host.status().host.totals.loaded
        guard loaded == 100 else { throw BenchmarkFailure.failed("\(loaded) of 100 plugins run") }
        let rounds = bench.count(6, quick: 1)
        let seconds = bench.count(10, quick: 5)
        // On a thread of its own: one that tasks run on would be watched by others for as long as it sleeps.
        let measured = await withCheckedContinuation { continuation in
            DetachedThread.start(name: ProcessFigures.measuringThread) {
                continuation.resume(returning: Result { try watch(rounds: rounds, seconds: seconds) })
            }
        }
        await stage.host.stop()
        return try measured.get()
    }

    private static func watch(rounds: Int, seconds: Int) throws -> [Comparison] {
        // The threads that tasks ran on end after 5 s without work.
        usleep(7_000_000)
        var wakes = Comparison(name: "idle", unit: "wakes/min")
        var time = Comparison(name: "idle.cpu", unit: "ms/min")
        for _ in 0..<rounds {
            let before = try ProcessFigures.activity()
            let watch = Stopwatch()
            usleep(UInt32(seconds) * 1_000_000)
            let perMinute = 60_000 / watch.milliseconds
            let after = try ProcessFigures.activity()
            wakes.append(ours: (after.sleeps - before.sleeps) * perMinute, floor: 0)
            time.append(ours: (after.nanoseconds - before.nanoseconds) / 1_000_000 * perMinute, floor: 0)
        }
        return [wakes, time]
    }
}
