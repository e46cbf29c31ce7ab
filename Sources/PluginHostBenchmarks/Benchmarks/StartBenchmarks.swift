internal import LinuxSystem
internal import PluginHost

/// How long a host takes from its start until so many plugins run, each a file and an id of its own.
///
/// Each start has a process of its own: in one process the linker would have more to look through each time. The floor is
/// the time of `dlopen` alone, of copies that lie ready.
enum StartBenchmarks {
    static func measure(
        _ bench: Bench,
        plugins: Int,
        rounds: Int,
        warmUp: Int = 1,
        isOrdered: Bool = false
    ) async throws -> [Comparison] {
        let directory = try bench.directory("plugins")
        let gauge = try Gauge(bench.products)
        for index in 1...plugins {
            // The others all depend on one that comes before them in a tree; the names are in no order that helps.
            let needed = isOrdered && index > 1 ? "gauge-\(index / 2)" : ""
            let build = gauge.build(id: "gauge-\(index)", tag: UInt64(index), needing: needed)
            try Gauge.write(build, to: "\(directory)/\(isOrdered ? plugins - index : index).so")
        }
        let comparison = try await Comparison.measure(
            "start.\(plugins)\(isOrdered ? ".ordered" : "")",
            unit: "ms",
            rounds: rounds,
            warmUp: warmUp,
            ours: { try ChildTask.run(["start", "ours", directory], in: bench, as: Double.self) },
            floor: { try ChildTask.run(["start", "floor", directory], in: bench, as: Double.self) }
        )
        return [comparison]
    }

    /// Starts once, in this process; how many milliseconds it took.
    static func startOnce(_ bench: Bench, _ arguments: [String]) async throws -> Double {
        guard arguments.count == 2 else {
            throw BenchmarkFailure.usage("a start needs to know what, and of which files")
        }
        let files = try Directory.names(arguments[1])
        return arguments[0] == "ours"
            ? try await startHost(bench, arguments[1], expecting: files.count)
            : try openCopies(bench, of: files.map { "\(arguments[1])/\($0)" })
    }

    private static func startHost(_ bench: Bench, _ plugins: String, expecting count: Int) async throws -> Double {
        var configuration = HostConfiguration(
            pluginDirectories: [plugins],
            stateDirectory: try bench.directory("state")
        )
        configuration.imageDirectory = try bench.images("start")
        // What the trial of a new build takes is shown by reload.probed.
        configuration.probesBuilds = false
        let host = try PluginHost(configuration)
        let watch = Stopwatch()
        try await host.start()
        let time = watch.milliseconds
        let loaded = await host.status().host.totals.loaded
        guard loaded == count else {
            throw BenchmarkFailure.failed("\(loaded) of \(count) plugins run after the start")
        }
        // The process ends now, and with it the host: nothing that stopping it would save is wanted.
        return time
    }

    private static func openCopies(_ bench: Bench, of files: [String]) throws -> Double {
        let directory = try bench.directory("copies")
        var copies: [String] = []
        for (index, file) in files.enumerated() {
            copies.append("\(directory)/\(index).so")
            try Gauge.copy(file, to: copies[index])
        }
        let watch = Stopwatch()
        for copy in copies { _ = try DynamicLibrary(opening: copy) }
        return watch.milliseconds
    }
}
