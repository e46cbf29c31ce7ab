internal import PluginHost

/// All benchmarks, in the order in which they run.
enum Catalogue {
    /// Benchmarks that are measured together.
    struct Entry: Sendable {
        let targets: [(name: String, target: Target)]
        let measure: @Sendable (Bench) async throws -> [Comparison]

        init(
            _ name: String,
            _ target: Target,
            measure: @escaping @Sendable (Bench) async throws -> [Comparison]
        ) {
            self.init([(name, target)], measure: measure)
        }

        init(
            _ targets: [(name: String, target: Target)],
            measure: @escaping @Sendable (Bench) async throws -> [Comparison]
        ) {
            self.targets = targets
            self.measure = measure
        }

        var names: [String] { targets.map(\.name) }
    }

    static let entries: [Entry] = calls + reloads + holds + others + isolated + messaging

    static var names: [String] { entries.flatMap(\.names) }

    static var targets: [String: Target] {
        Dictionary(entries.flatMap { $0.targets.map { ($0.name, $0.target) } }) { first, _ in first }
    }

    private static let calls = [
        Entry("call.empty", .ratio(1.5), measure: CallBenchmarks.empty),
        Entry("call.shared", .ratio(1.5), measure: CallBenchmarks.shared),
        Entry("call.swift", .ratio(3), measure: CallBenchmarks.swift),
        Entry("call.64k", .ratio(1.3), measure: CallBenchmarks.large),
        Entry("call.typed", .ratio(1.5), measure: TypedCallBenchmark.measure),
    ]

    private static let messaging =
        [1, 10, 100].flatMap { handlers in
            [false, true].map { isReloading in
                Entry("events.\(handlers)\(isReloading ? ".reloading" : "")", .none) {
                    try await MessagingBenchmarks.events($0, handlers: handlers, whileReloading: isReloading)
                }
            }
        }
        + [false, true].map { isReloading in
            Entry("hooks.10\(isReloading ? ".reloading" : "")", .none) {
                try await MessagingBenchmarks.hooks($0, whileReloading: isReloading)
            }
        }

    private static let reloads = [
        Entry("reload.rename", .ratio(1.5)) {
            try await ReloadBenchmarks.measure($0, "reload.rename", .renamed, afterIdleness: false)
        },
        Entry("reload.rename.idle", .ratio(1.5)) {
            try await ReloadBenchmarks.measure($0, "reload.rename.idle", .renamed, afterIdleness: true)
        },
        Entry("reload.write", .ratio(1.5)) {
            try await ReloadBenchmarks.measure($0, "reload.write", .written, afterIdleness: false)
        },
        Entry("reload.write.idle", .ratio(1.5)) {
            try await ReloadBenchmarks.measure($0, "reload.write.idle", .written, afterIdleness: true)
        },
    ]

    private static let holds = [
        Entry("hold.0", .ratio(2)) {
            try await HoldBenchmarks.measure($0, "hold.0", stateSize: 0, rounds: $0.count(300, quick: 40))
        },
        Entry("hold.64k", Target.ratio(2).and("p99 ≤ 200 us") { result, _ in result.p99 <= 200 }) {
            try await HoldBenchmarks.measure($0, "hold.64k", stateSize: 64 << 10, rounds: $0.count(300, quick: 40))
        },
        Entry("hold.16m", .ratio(2)) {
            try await HoldBenchmarks.measure($0, "hold.16m", stateSize: 16 << 20, rounds: $0.count(40, quick: 8))
        },
    ]

    private static let others = [
        Entry(
            "storm.calls",
            Target(text: "p99 ≤ 2 × floor's p99") { result, _ in result.p99 <= 2 * result.floorP99 },
            measure: StormBenchmark.measure
        ),
        Entry("start.1", .ratio(2)) {
            try await StartBenchmarks.measure($0, plugins: 1, rounds: $0.count(30, quick: 10))
        },
        Entry("start.100", .ratio(2)) {
            try await StartBenchmarks.measure($0, plugins: 100, rounds: $0.count(10, quick: 2))
        },
        Entry(
            "start.1000",
            Target.ratio(2).and("≤ 12 × start.100") { result, all in
                result.isAtMost(12, times: "start.100", in: all)
            }
        ) {
            try await StartBenchmarks.measure(
                $0,
                plugins: 1000,
                rounds: $0.count(5, quick: 1),
                warmUp: $0.count(1, quick: 0)
            )
        },
        Entry("start.1000.ordered", .none) {
            try await StartBenchmarks.measure(
                $0,
                plugins: 1000,
                rounds: $0.count(5, quick: 1),
                warmUp: $0.count(1, quick: 0),
                isOrdered: true
            )
        },
        Entry(
            [
                ("scan.10", .none),
                (
                    "scan.10000",
                    Target(text: "≤ 1.5 × scan.10") { result, all in result.isAtMost(1.5, times: "scan.10", in: all) }
                ),
            ],
            measure: ScanBenchmark.measure
        ),
        Entry([("tasks.insert", .none), ("tasks.memory", .none), ("tasks.drift", .none)]) {
            try await TaskBenchmark.measure($0, whileReloading: false)
        },
        Entry([("tasks.insert.reloading", .none), ("tasks.drift.reloading", .none)]) {
            try await TaskBenchmark.measure($0, whileReloading: true)
        },
        Entry(
            [("memory.generation", .ratio(1.5)), ("mappings.generation", .ratio(1.5))],
            measure: MemoryBenchmark.measure
        ),
        Entry(
            [
                ("idle", Target(text: "0") { result, _ in result.p50 == 0 }),
                ("idle.cpu", Target(text: "0") { result, _ in result.p50 == 0 }),
            ],
            measure: { try await IdleBenchmark.measure($0) }
        ),
    ]

    private static let isolated = [
        Entry("isolated.call.awake", .ratio(2), measure: IsolatedCallBenchmarks.awake),
        Entry("isolated.call.asleep", .ratio(1.3), measure: IsolatedCallBenchmarks.asleep),
        Entry("isolated.call.one-core", .ratio(2), measure: IsolatedCallBenchmarks.onOneCore),
        Entry("isolated.call.64k", .ratio(1.5), measure: IsolatedCallBenchmarks.large),
        Entry(
            [
                ("isolated.throughput.1", .none),
                (
                    "isolated.throughput.2",
                    Target(text: "> isolated.throughput.1") { result, all in
                        result.isAtMost(1, times: "isolated.throughput.1", in: all).map { !$0 }
                    }
                ),
                (
                    "isolated.throughput.8",
                    Target(text: "> isolated.throughput.2") { result, all in
                        result.isAtMost(1, times: "isolated.throughput.2", in: all).map { !$0 }
                    }
                ),
            ],
            measure: IsolatedCallBenchmarks.throughput
        ),
        Entry("isolated.reload", .ratio(2)) {
            try await ReloadBenchmarks.measure($0, "isolated.reload", .renamed, afterIdleness: false, .isolated)
        },
        Entry("reload.probed", .ratio(2)) {
            try await ReloadBenchmarks.measure($0, "reload.probed", .renamed, afterIdleness: false, .probed)
        },
        Entry(
            "isolated.recover",
            Target(text: "≤ 5 ms") { result, _ in result.p50 <= 5000 },
            measure: RecoveryBenchmark.measure
        ),
        Entry(
            [1, 10, 100].map { count in
                ("isolated.memory.\(count)", Target(text: "≤ 3 MiB") { result, _ in result.p50 <= 3072 })
            },
            measure: RunnerMemoryBenchmark.measure
        ),
        Entry(
            [
                ("isolated.idle", Target(text: "0") { result, _ in result.p50 == 0 }),
                ("isolated.idle.cpu", Target(text: "0") { result, _ in result.p50 == 0 }),
            ],
            measure: { bench in
                try await IdleBenchmark.measure(bench, named: "isolated.idle") {
                    $0.isolation = .process
                    $0.runner = bench.products.runner
                    $0.healthInterval = .zero
                }
            }
        ),
    ]
}
