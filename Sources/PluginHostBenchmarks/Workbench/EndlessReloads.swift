internal import PluginHost
internal import Synchronization

/// Reloads one plugin of a host without a pause, while something else is measured.
final class EndlessReloads: Sendable {
    private let stage: Stage
    private let gauge: Gauge
    private let isOver = Atomic(false)
    private let task = Mutex<Task<Void, any Error>?>(nil)

    /// Puts the plugin into the directory of a host that was not started yet; its strategy has to be `manual`.
    init(_ bench: Bench, _ stage: Stage) throws {
        self.stage = stage
        gauge = try Gauge(bench.products)
        try Gauge.write(gauge.build(tag: 1), to: file)
    }

    private var file: String { "\(stage.plugins)/libGauge.so" }

    /// Begins to reload.
    func begin() {
        task.withLock { $0 = Task { try await self.reload() } }
    }

    /// Ends it; throws if a reload has failed.
    func end() async throws {
        isOver.store(true, ordering: .releasing)
        try await task.withLock { $0 }?.value
    }

    private func reload() async throws {
        var tag: UInt64 = 1
        while !isOver.load(ordering: .acquiring) {
            tag += 1
            let staged = "\(stage.staging)/next"
            try Gauge.write(gauge.build(tag: tag), to: staged)
            try Gauge.move(staged, to: file)
            guard let result = await stage.host.reload(["gauge"]).first, result.success else {
                throw BenchmarkFailure.failed("a reload failed that was to go on beside the measurement")
            }
        }
    }
}
