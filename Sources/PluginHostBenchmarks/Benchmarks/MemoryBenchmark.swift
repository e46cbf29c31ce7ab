internal import PluginHost

/// What a generation that was replaced leaves behind, in memory and in mappings: a Swift image can't be unmapped.
///
/// Each round is a process of its own that reloads often; the floor is one that opens as many files with `dlopen` and ends
/// their instances.
enum MemoryBenchmark {
    /// What one generation adds.
    struct Growth: Codable, Sendable {
        var kibibytes: Double
        var mappings: Double
    }

    static func measure(_ bench: Bench) async throws -> [Comparison] {
        var memory = Comparison(name: "memory.generation", unit: "KiB")
        var mappings = Comparison(name: "mappings.generation", unit: "mappings")
        for _ in 0..<bench.count(5, quick: 2) {
            let ours = try ChildTask.run(["memory", "ours"], in: bench, as: Growth.self)
            let floor = try ChildTask.run(["memory", "floor"], in: bench, as: Growth.self)
            memory.append(ours: ours.kibibytes, floor: floor.kibibytes)
            mappings.append(ours: ours.mappings, floor: floor.mappings)
        }
        return [memory, mappings]
    }

    /// Lets this process grow.
    static func growOnce(_ bench: Bench, _ arguments: [String]) async throws -> Growth {
        let generations = bench.count(300, quick: 60)
        return arguments == ["ours"]
            ? try await growHost(bench, generations)
            : try await grow(bench, generations, in: try bench.directory("bare")) { try BarePlugin($0).start() }
    }

    private static func growHost(_ bench: Bench, _ generations: Int) async throws -> Growth {
        let stage = try Stage(bench, "host") { $0.strategy = .manual }
        let file = "\(stage.plugins)/libGauge.so"
        try Gauge.write(try Gauge(bench.products).build(tag: 1), to: file)
        try await stage.host.start()
        let growth = try await grow(bench, generations, in: stage.staging) { path in
            try Gauge.move(path, to: file)
            let results = await stage.host.reload(["gauge"])
            guard let result = results.first, result.success, !result.unchanged else {
                throw BenchmarkFailure.failed("a reload failed: \(results.first?.error ?? "nothing was reloaded")")
            }
        }
        await stage.host.stop()
        return growth
    }

    /// Takes so many files, after some that fill what is filled once.
    private static func grow(
        _ bench: Bench,
        _ generations: Int,
        in directory: String,
        take: (String) async throws -> Void
    ) async throws -> Growth {
        let gauge = try Gauge(bench.products)
        let warmUp = 20
        var before = Growth(kibibytes: 0, mappings: 0)
        for round in 0..<warmUp + generations {
            if round == warmUp { before = try now() }
            let path = "\(directory)/\(round).so"
            try Gauge.write(gauge.build(tag: UInt64(round + 2)), to: path)
            try await take(path)
        }
        let after = try now()
        return Growth(
            kibibytes: (after.kibibytes - before.kibibytes) / Double(generations),
            mappings: (after.mappings - before.mappings) / Double(generations)
        )
    }

    private static func now() throws -> Growth {
        Growth(kibibytes: try ProcessFigures.memory(), mappings: try ProcessFigures.mappings())
    }
}
