internal import Glibc
internal import LinuxSystem
internal import PluginHost

/// How long it takes from a new file to the first answer of the new code.
///
/// The thread that puts the file in place calls the plugin until the new build answers. It gives its processor away after
/// each call: on a machine with two, a caller that does not would take the place of the threads that are to reload. The
/// floor is called in the same way.
enum ReloadBenchmarks {
    /// How the file comes into the directory.
    enum Arrival {
        case renamed
        case written
    }

    /// What is beside a plain reload.
    struct Variant: Sendable {
        /// What is special about the host.
        var configure: @Sendable (inout HostConfiguration, Products) -> Void = { _, _ in }
        /// How long to wait between two reloads, until a runner is warm again.
        var rest: UInt32 = 0
        /// How often the floor has to do its work, for what is done twice.
        var floors = 1.0
        /// Whether the floor has to ask another process too.
        var asksPartner = false

        /// In a process of its own.
        static let isolated = Variant(
            configure: { configuration, products in
                configuration.isolation = .process
                configuration.runner = products.runner
                configuration.healthInterval = .zero
            },
            rest: 30_000,
            asksPartner: true
        )
        /// In the host's process, after a trial in a runner.
        static let probed = Variant(
            configure: { configuration, products in
                configuration.probesBuilds = true
                configuration.runner = products.runner
            },
            rest: 30_000,
            floors: 2
        )
    }

    static func measure(
        _ bench: Bench,
        _ name: String,
        _ arrival: Arrival,
        afterIdleness: Bool,
        _ variant: Variant = Variant()
    ) async throws -> [Comparison] {
        let stage = try Stage(bench, name) {
            $0.strategy = .immediate
            variant.configure(&$0, bench.products)
        }
        let partner = variant.asksPartner ? try Partner(.asleep) : nil
        let bareDirectory = try bench.directory("\(name)/bare")
        let gauge = try Gauge(bench.products)
        let (ourFile, bareFile) = ("\(stage.plugins)/libGauge.so", "\(bareDirectory)/libGauge.so")
        try Gauge.write(gauge.build(tag: 1), to: ourFile)
        try await stage.host.start()
        let handle = try await stage.host.plugin("gauge")
        let bare = try BareReloader(directory: bareDirectory, file: "libGauge.so")
        try Gauge.write(gauge.build(tag: 1), to: bareFile)
        try wait(for: 1) { bare.tag }

        var events = stage.host.events().makeAsyncIterator()
        var tag: UInt64 = 1

        /// Puts a build in place and calls until it answers.
        func arrive(_ bytes: [UInt8], at path: String, answering: () throws -> UInt64) throws -> Double {
            let staged = "\(stage.staging)/next"
            if arrival == .renamed { try Gauge.write(bytes, to: staged) }
            if afterIdleness { usleep(20_000) }
            let watch = Stopwatch()
            switch arrival {
            case .renamed: try Gauge.move(staged, to: path)
            case .written: try Gauge.overwrite(bytes, at: path)
            }
            try wait(for: tag, answering)
            return watch.microseconds
        }

        let comparison = try await Comparison.measure(
            name,
            unit: "us",
            rounds: afterIdleness ? bench.count(200, quick: 25) : bench.count(500, quick: 50),
            warmUp: bench.count(20, quick: 5),
            ours: {
                tag += 1
                let time = try arrive(gauge.build(tag: tag), at: ourFile) { try Gauge.number(handle.call("tag")) }
                // The host writes down what it did: the next reload begins after that.
                try await completion(of: &events)
                if variant.rest > 0 { usleep(variant.rest) }
                return time
            },
            floor: {
                var time = try arrive(gauge.build(tag: tag), at: bareFile) { bare.tag } * variant.floors
                if let partner {
                    let watch = Stopwatch()
                    try partner.rounds(1, [])
                    time += watch.microseconds
                }
                if variant.rest > 0 { usleep(variant.rest) }
                return time
            }
        )
        await stage.host.stop()
        return [comparison]
    }

    /// Calls until the build with the tag answers.
    private static func wait(for tag: UInt64, _ answer: () throws -> UInt64) throws {
        let deadline = MonotonicInstant.now.advanced(by: .seconds(30))
        while try answer() != tag {
            guard MonotonicInstant.now < deadline else {
                throw BenchmarkFailure.failed("the new build has not answered within 30 s")
            }
            sched_yield()
        }
    }

    /// Waits until a reload is over in every respect.
    static func completion(of events: inout AsyncStream<PluginEvent>.Iterator) async throws {
        while let event = await events.next(isolation: #isolation) {
            switch event.event {
            case .reloadCompleted where event.success == true: return
            case .reloadCompleted, .reloadFailed:
                throw BenchmarkFailure.failed("a reload failed: \(event.error ?? "no reason given")")
            default: continue
            }
        }
        throw BenchmarkFailure.failed("the host's events have ended")
    }
}
