import LinuxSystem
import PluginHost
import Testing

@testable import PluginHostCommands

@Suite("The commands for monitors", .timeLimit(.minutes(10)))
struct MetricsCommandTests {
    private let directory: TemporaryDirectory
    private let host = HostDouble()
    private let captured = CapturedOutput()
    private var path: String { "\(directory.path)/s" }

    init() throws { directory = try TemporaryDirectory() }

    private func withHost(_ words: String...) async throws -> Int32 {
        let server = try ControlServer(path: path, host: host)
        server.start()
        let status = await captured.run(words: words, variables: ["PLUGIN_HOST_SOCKET": path])
        await server.stop()
        return status
    }

    @Test("print metrics as the host has written them", arguments: [nil, "openmetrics", "prometheus"])
    func metrics(format: String?) async throws {
        let status =
            if let format { try await withHost("metrics", "--format", format) } else { try await withHost("metrics") }
        #expect(status == 0)
        #expect(captured.output.contains("plugin_host_info{format=\"\(format ?? "openmetrics")\"} 1\n"))
        #expect(captured.output.hasSuffix("# EOF\n"))
    }

    @Test("know two formats")
    func wrongFormat() async throws {
        #expect(await captured.run("metrics", "--format", "prometeus") == 2)
        #expect(captured.error.contains("did you mean prometheus?"))
        #expect(await captured.run("metrics", "--socket", path) == 3)
    }

    @Test("tell a probe whether the host answers, and whether its plugins are well")
    func probes() async throws {
        #expect(try await withHost("health", "--probe", "live", "--timeout", "60s") == 0)
        #expect(captured.output == "the host answers: 1 plugin, 1 serving\n")
        #expect(try await withHost("health", "--probe", "startup", "--json", "--timeout", "60s") == 0)
        #expect(try await withHost("health", "--probe", "ready", "--timeout", "60s") == 0)
        #expect(try await withHost("health", "--probe", "ready", "broken", "--timeout", "60s") == 1)
        #expect(try await withHost("health", "--probe", "live", "counter") == 2)
        #expect(try await withHost("health", "--probe", "lives") == 2)
        #expect(try await withHost("health", "--timeout", "0s") == 2)
        #expect(await captured.run("health", "--probe", "live", "--socket", path) == 3)
    }

    @Test("give a host up that takes a probe and does not answer")
    func hung() async throws {
        // It is made, but nobody takes clients: so it is while a host starts.
        let server = try ControlServer(path: path, host: host)
        let words = ["health", "--probe", "startup", "--timeout", "50ms"]
        #expect(await captured.run(words: words, variables: ["PLUGIN_HOST_SOCKET": path]) == 1)
        #expect(captured.error == "plugin-host: the host has not answered in time\n")
        await server.stop()
    }

    @Test("show figures of a plugin that the host has counted, above its own")
    func statistics() async throws {
        #expect(try await withHost("statistics", "counter") == 0)
        #expect(captured.output == "calls    7, of which 0 failed\nat work  0 in flight, 0 held\n\ncalls  3\n")
        #expect(FigureText.nanoseconds(41) == "41 ns" && FigureText.nanoseconds(4100) == "4.1 µs")
        #expect(FigureText.nanoseconds(250_000) == "250 µs" && FigureText.nanoseconds(2_500_000_000) == "2.5 s")
        var plugin = HostDouble.status.plugins[0]
        plugin.latency = CallLatency(samples: 65, p50: 41, p99: 4100, max: 250_000)
        plugin.outcomes = CallOutcomes(refused: 2, turnedAway: 1)
        plugin.memory = ProcessMemory(residentBytes: 4 << 20, proportionalBytes: 1 << 20)
        #expect(
            StatusText.figures(of: plugin).map { $0[1] } == [
                "7, of which 0 failed, 2 refused; 1 more never reached it", "0 in flight, 0 held",
                "median 41 ns, 99 % 4.1 µs, longest 250 µs (65 calls timed)",
                "1 MiB its own and its part of what is shared; 4 MiB resident",
            ]
        )
    }
}
