internal import FoundationEssentials
internal import Glibc
internal import LinuxSystem
internal import PluginHost

/// How long it takes until a host notices one change, in a directory with few other files and in one with many.
///
/// The host notes when it begins a reload: what it has found out by then is which file has changed, that it is complete,
/// and that its content is new. The floor asks for the status of the one file.
enum ScanBenchmark {
    private struct Place {
        let stage: Stage
        let file: String
        var events: AsyncStream<PluginEvent>.Iterator

        init(_ bench: Bench, _ name: String, files: Int) async throws {
            stage = try Stage(bench, name) { $0.strategy = .immediate }
            file = "\(stage.plugins)/libGauge.so"
            for index in 0..<files { try Gauge.write([], to: "\(stage.plugins)/other-\(index).txt") }
            try Gauge.write(try Gauge(bench.products).build(tag: 1), to: file)
            try await stage.host.start()
            events = stage.host.events().makeAsyncIterator()
        }

        /// Changes the file; how many microseconds it took until the host had noticed.
        mutating func change(to build: [UInt8]) async throws -> Double {
            let staged = "\(stage.staging)/next"
            try Gauge.write(build, to: staged)
            let before = Date()
            try Gauge.move(staged, to: file)
            var noticed: Date?
            while let event = await events.next(isolation: #isolation) {
                switch event.event {
                case .reloadStarted: noticed = event.time
                case .reloadCompleted where event.success == true:
                    guard let noticed else { continue }
                    return noticed.timeIntervalSince(before) * 1_000_000
                case .reloadFailed: throw BenchmarkFailure.failed("a reload failed: \(event.error ?? "")")
                default: continue
                }
            }
            throw BenchmarkFailure.failed("the host's events have ended")
        }
    }

    static func measure(_ bench: Bench) async throws -> [Comparison] {
        let gauge = try Gauge(bench.products)
        var few = try await Place(bench, "few", files: 10)
        var many = try await Place(bench, "many", files: 10_000)
        var fewResult = Comparison(name: "scan.10", unit: "us")
        var manyResult = Comparison(name: "scan.10000", unit: "us")
        let (warmUp, rounds) = (bench.count(10, quick: 3), bench.count(200, quick: 25))
        for round in 0..<warmUp + rounds {
            let build = gauge.build(tag: UInt64(round + 2))
            let ofFew = try await few.change(to: build)
            let leastOfFew = try status(of: few.file)
            let ofMany = try await many.change(to: build)
            let leastOfMany = try status(of: many.file)
            guard round >= warmUp else { continue }
            fewResult.append(ours: ofFew, floor: leastOfFew)
            manyResult.append(ours: ofMany, floor: leastOfMany)
        }
        await few.stage.host.stop()
        await many.stage.host.stop()
        return [fewResult, manyResult]
    }

    /// How many microseconds the kernel takes to tell of the file; the mean of a few times, for the clock's sake.
    private static func status(of file: String) throws -> Double {
        let times = 20
        let watch = Stopwatch()
        for _ in 0..<times {
            var status = stat()
            guard unsafe fstatat(AT_FDCWD, file, &status, 0) == 0 else { throw SystemCallError.last("fstatat") }
        }
        return watch.microseconds / Double(times)
    }
}
