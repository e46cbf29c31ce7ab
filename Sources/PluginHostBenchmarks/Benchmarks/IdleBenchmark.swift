internal import Glibc
internal import LinuxSystem
internal import PluginHost

/// What a host with 100 plugins does while nothing happens: how often its threads wake, and how long they run.
///
/// Checkpoints and probation are off, because they are what an operator may configure to happen. The floor is nothing. The
/// threads that a Swift program has without a host don't count: one of them, the manager of libdispatch, wakes once a
/// second in every program that has ever run a task.
enum IdleBenchmark {
    private static let plugins = 100

    static func measure(
        _ bench: Bench,
        named name: String = "idle",
        _ change: (inout HostConfiguration) -> Void = { _ in }
    ) async throws -> [Comparison] {
        // This starts what Swift itself needs for tasks.
        await Task.detached {}.value
        usleep(50_000)
        let others = try ProcessFigures.threads()

        let stage = try Stage(bench, name) { configuration in
            configuration.checkpointInterval = .zero
            configuration.probation = .zero
            configuration.heartbeatInterval = .zero
            configuration.cleanUpInterval = .zero
            change(&configuration)
        }
        let gauge = try Gauge(bench.products)
        for index in 1...plugins {
            try Gauge.write(gauge.build(id: "gauge-\(index)", tag: 1), to: "\(stage.plugins)/gauge-\(index).so")
        }
        try await stage.host.start()
        let loaded = await stage.host.status().host.totals.loaded
        guard loaded == plugins else { throw BenchmarkFailure.failed("\(loaded) of \(plugins) plugins run") }
        let (rounds, seconds) = (bench.count(6, quick: 1), bench.count(10, quick: 5))
        // On a thread of its own, which sleeps without occupying one that tasks run on.
        let comparisons = await withCheckedContinuation { continuation in
            DetachedThread.start(name: "measure") {
                continuation.resume(
                    returning: Result { try watch(name, without: others, rounds: rounds, seconds: seconds) }
                )
            }
        }
        await stage.host.stop()
        return try comparisons.get()
    }

    private static func watch(
        _ name: String,
        without others: Set<String>,
        rounds: Int,
        seconds: Int
    ) throws -> [Comparison] {
        // Threads that tasks ran on end after 5 s without work.
        usleep(7_000_000)
        let others = others.union([try ProcessFigures.thisThread()])
        var wakes = Comparison(name: name, unit: "wakes/min")
        var time = Comparison(name: "\(name).cpu", unit: "ms/min")
        for _ in 0..<rounds {
            let before = try ProcessFigures.activity(without: others)
            let watch = Stopwatch()
            usleep(UInt32(seconds) * 1_000_000)
            let perMinute = 60_000 / watch.milliseconds
            let after = try ProcessFigures.activity(without: others)
            wakes.append(ours: (after.sleeps - before.sleeps) * perMinute, floor: 0)
            time.append(ours: (after.nanoseconds - before.nanoseconds) / 1_000_000 * perMinute, floor: 0)
        }
        return [wakes, time]
    }
}
