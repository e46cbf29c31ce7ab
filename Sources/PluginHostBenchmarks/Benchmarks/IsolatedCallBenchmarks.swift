internal import CBenchmarkFloor
internal import Glibc
internal import PluginHost
internal import Synchronization

/// What a call costs that goes to another process and back, beside two processes in C that share a word of memory.
enum IsolatedCallBenchmarks {
    /// Both sides on processors of their own, one call after the other.
    static func awake(_ bench: Bench) async throws -> [Comparison] {
        try await inLoops(bench, "isolated.call.awake", method: "nothing", input: [], floor: .awake)
    }

    /// Both sides on one processor, where waiting awake keeps the other from answering.
    static func onOneCore(_ bench: Bench) async throws -> [Comparison] {
        guard floor_stay_on(0) == 0 else { throw BenchmarkFailure.failed("this process can't stay on one processor") }
        return try await inLoops(bench, "isolated.call.one-core", method: "nothing", input: [], floor: .asleep)
    }

    /// 64 KiB in, 8 bytes out.
    static func large(_ bench: Bench) async throws -> [Comparison] {
        let input = [UInt8](repeating: 7, count: 64 << 10)
        return try await inLoops(bench, "isolated.call.64k", method: "tag", input: input, floor: .awake)
    }

    private static func inLoops(
        _ bench: Bench,
        _ name: String,
        method: String,
        input: [UInt8],
        floor: Partner.Waiting
    ) async throws -> [Comparison] {
        let stage = try IsolatedStage.make(bench, name)
        try await stage.host.start()
        let handle = try await stage.host.plugin("gauge")
        let calls = input.isEmpty ? 1000 : 200
        let comparison = try await Comparison.measure(
            name,
            unit: "ns",
            rounds: bench.count(500, quick: 60),
            warmUp: bench.count(20, quick: 5),
            ours: {
                // What waits awake in the floor's process has gone, and this one has had time to wake up.
                for _ in 0..<50 { _ = try handle.call(method, input) }
                let watch = Stopwatch()
                for _ in 0..<calls { _ = try handle.call(method, input) }
                return watch.nanoseconds / Double(calls)
            },
            floor: {
                let partner = try Partner(floor)
                try partner.rounds(50, input)
                let watch = Stopwatch()
                try partner.rounds(calls, input)
                return watch.nanoseconds / Double(calls)
            }
        )
        await stage.host.stop()
        return [comparison]
    }

    /// One call after 5 ms of silence, when both sides sleep.
    static func asleep(_ bench: Bench) async throws -> [Comparison] {
        let stage = try IsolatedStage.make(bench, "isolated.call.asleep")
        try await stage.host.start()
        let handle = try await stage.host.plugin("gauge")
        let partner = try Partner(.asleep)
        let comparison = try await Comparison.measure(
            "isolated.call.asleep",
            unit: "us",
            rounds: bench.count(1000, quick: 100),
            warmUp: bench.count(50, quick: 10),
            ours: {
                usleep(5000)
                let watch = Stopwatch()
                _ = try handle.call("nothing")
                return watch.microseconds
            },
            floor: {
                usleep(5000)
                let watch = Stopwatch()
                try partner.rounds(1, [])
                return watch.microseconds
            }
        )
        await stage.host.stop()
        return [comparison]
    }

    /// How many calls are answered in a second with so many in flight; there is no floor for that.
    static func throughput(_ bench: Bench) async throws -> [Comparison] {
        let stage = try IsolatedStage.make(bench, "isolated.throughput")
        try await stage.host.start()
        let handle = try await stage.host.plugin("gauge")
        var comparisons: [Comparison] = []
        for callers in [1, 2, 8] {
            var comparison = Comparison(name: "isolated.throughput.\(callers)", unit: "calls/s")
            for _ in 0..<bench.count(20, quick: 3) {
                comparison.append(ours: try callsInASecond(handle, callers: callers), floor: 0)
            }
            comparisons.append(comparison)
        }
        await stage.host.stop()
        return comparisons
    }

    private static func callsInASecond(_ handle: PluginHandle, callers: Int) throws -> Double {
        let calls = 20_000
        let failures = Atomic(0)
        let watch = Stopwatch()
        Threads.run(callers) {
            for _ in 0..<calls where (try? handle.call("nothing")) == nil {
                failures.wrappingAdd(1, ordering: .relaxed)
            }
        }
        guard failures.load(ordering: .relaxed) == 0 else { throw BenchmarkFailure.failed("calls have failed") }
        return Double(calls * callers) / watch.nanoseconds * 1e9
    }
}
