internal import Glibc
internal import PluginHost

/// How long it takes from a fault in a call to the first answer of what takes the place of the process that had it.
///
/// The floor kills a process, waits for its end, and asks another that waits already.
enum RecoveryBenchmark {
    static func measure(_ bench: Bench) async throws -> [Comparison] {
        let stage = try IsolatedStage.make(bench, "isolated.recover") {
            $0.restartLimits = RestartLimits(maximumRestarts: 1_000_000, initialDelay: .zero, maximumDelay: .zero)
        }
        try await stage.host.start()
        let handle = try await stage.host.plugin("gauge")
        let comparison = try await Comparison.measure(
            "isolated.recover",
            unit: "us",
            rounds: bench.count(200, quick: 20),
            warmUp: bench.count(10, quick: 3),
            ours: {
                // Until the next runner is warm, and nobody makes a backtrace any more.
                usleep(300_000)
                _ = try handle.call("nothing")
                let watch = Stopwatch()
                guard (try? handle.call("crash")) == nil else {
                    throw BenchmarkFailure.failed("the plugin has not crashed")
                }
                _ = try handle.call("nothing")
                return watch.microseconds
            },
            floor: {
                let (first, second) = (try Partner(.asleep), try Partner(.asleep))
                try first.rounds(1, [])
                try second.rounds(1, [])
                usleep(20_000)
                let watch = Stopwatch()
                first.end()
                try second.rounds(1, [])
                return watch.microseconds
            }
        )
        await stage.host.stop()
        return [comparison]
    }
}
