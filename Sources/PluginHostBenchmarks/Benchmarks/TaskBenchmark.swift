internal import Glibc
internal import LinuxSystem
internal import PluginHost
internal import Synchronization

/// What 100,000 scheduled tasks cost: to take one in, to keep it, and in lateness of another that runs beside them.
///
/// The floor of the first two is what has to be kept at least: a name with its work, and a moment with its place. That of
/// lateness is a thread that sleeps until the moment.
enum TaskBenchmark {
    private struct Least {
        var work: [String: @Sendable () -> Void] = [:]
        var moments: [(due: UInt64, place: Int32)] = []
    }

    static func measure(_ bench: Bench, whileReloading: Bool) async throws -> [Comparison] {
        let suffix = whileReloading ? ".reloading" : ""
        let stage = try Stage(bench, "tasks\(suffix)") { configuration in
            configuration.strategy = .manual
            configuration.heartbeatInterval = .zero
            configuration.cleanUpInterval = .zero
        }
        let reloads = try EndlessReloads(bench, stage)
        try await stage.host.start()
        if whileReloading { reloads.begin() }
        let count = bench.count(100_000, quick: 10_000)
        var insert = Comparison(name: "tasks.insert\(suffix)", unit: "us")
        var memory = Comparison(name: "tasks.memory", unit: "KiB")
        let least = try fillLeast(count)
        let ours = try fill(stage.host, count)
        insert.append(ours: ours.microseconds, floor: least.microseconds)
        memory.append(ours: ours.memory, floor: least.memory)
        let drift = try await drift(stage.host, "tasks.drift\(suffix)", rounds: bench.count(200, quick: 10))
        try await reloads.end()
        await stage.host.stop()
        // Reloads leave memory behind as well.
        return whileReloading ? [insert, drift] : [insert, memory, drift]
    }

    /// Registers tasks that are not due for long.
    private static func fill(_ host: PluginHost, _ count: Int) throws -> (microseconds: Double, memory: Double) {
        let before = try ProcessFigures.memory()
        let watch = Stopwatch()
        for number in 0..<count {
            try host.schedule("task-\(number)", .every(.seconds(3600 + number % 3600))) { _ in }
        }
        let time = watch.microseconds
        return (time / Double(count), (try ProcessFigures.memory() - before) / Double(count))
    }

    private static func fillLeast(_ count: Int) throws -> (microseconds: Double, memory: Double) {
        let before = try ProcessFigures.memory()
        let watch = Stopwatch()
        var least = Least()
        for number in 0..<count {
            least.work["task-\(number)"] = {}
            least.moments.append((UInt64(3600 + number % 3600), Int32(number)))
        }
        least.moments.sort { $0.due < $1.due }
        let time = watch.microseconds
        let memory = try ProcessFigures.memory() - before
        return withExtendedLifetime(least) { (time / Double(count), max(memory / Double(count), 0.001)) }
    }

    /// How many microseconds after its moment a task runs.
    private static func drift(_ host: PluginHost, _ name: String, rounds: Int) async throws -> Comparison {
        var result = Comparison(name: name, unit: "us")
        let (stream, continuation) = AsyncStream.makeStream(of: Double.self)
        try host.schedule("drift", .every(.milliseconds(50))) { run in continuation.yield((wall() - run.due) * 1e6) }
        var measured = 0
        for await late in stream {
            let until = MonotonicInstant.now.advanced(by: .milliseconds(5))
            var time = timespec(
                tv_sec: Int(until.nanoseconds / 1_000_000_000),
                tv_nsec: Int(until.nanoseconds % 1_000_000_000)
            )
            _ = unsafe clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil)
            let floor = until.duration(to: .now).inSeconds * 1e6
            result.append(ours: late, floor: floor)
            measured += 1
            guard measured < rounds else { break }
        }
        try host.unschedule("drift")
        return result
    }

    private static func wall() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
