import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

/// Prometheus' own tool; `nil` where it is not installed.
private func promtoolPath() -> String? {
    let directories = ProcessInfo.processInfo.environment["PATH", default: ""].split(separator: ":")
    return directories.map { "\($0)/promtool" }.first { FileManager.default.isExecutableFile(atPath: $0) }
}

@Suite("The metrics of a host", .limited, .timeLimit(.minutes(10)))
struct MetricsTests {
    /// All numbers that must never go back, by name and labels.
    private func counters(_ host: PluginHost) async throws -> [OpenMetricsParser.Sample: Double] {
        var counters: [OpenMetricsParser.Sample: Double] = [:]
        for family in try OpenMetricsParser.parse(await host.metrics())
        where ["counter", "histogram", "summary"].contains(family.type) {
            for var sample in family.samples {
                let value = sample.value
                sample.value = 0
                counters[sample] = value
            }
        }
        return counters
    }

    @Test("never go back over reloads, rollbacks, moves and crashes, and vanish with their plugin")
    func goOn() async throws {
        let shop = try Workshop()
        let trap = shop.root + "/trap"
        try shop.install("id=a;tag=0;crash=execute;while=\(trap)", as: "liba.so")
        try shop.install("id=b", as: "libb.so")
        try await TestHost.run(shop.isolated()) { test async throws in
            var before = try await counters(test.host)
            func look(_ what: String) async throws {
                let now = try await counters(test.host)
                for (sample, value) in before {
                    #expect(now[sample].map { $0 >= value } == true, "\(what): \(sample.name) \(sample.labels)")
                }
                before = now
            }
            for round in 1...3 {
                for _ in 0..<100 { _ = try await test.call("increment") }
                try await look("calls")
                try shop.install("id=a;tag=\(round);crash=execute;while=\(trap)", as: "liba.so")
                try await test.until(generation: UInt64(round + 1))
                try await look("reload \(round)")
            }
            #expect(try await test.host.rollBack("a").success)
            try await look("rollback")
            #expect(try await test.host.isolate("a", .inProcess).success)
            try await look("move")
            #expect(try await test.host.isolate("a", .process).success)
            try Workshop.write(Data(), to: trap)
            await #expect(throws: PluginError.self) { try await test.call("increment") }
            try FileManager.default.removeItem(atPath: trap)
            try await test.until(.restarted)
            try await look("crash")
            let metrics = try OpenMetricsParser.parse(await test.host.metrics())
            #expect(metrics.value("plugin_host_calls_total", ["plugin": "a"]) == 301)
            #expect(metrics.value("plugin_host_call_failures_total", ["plugin": "a", "kind": "failed"]) == 1)
            #expect(metrics.value("plugin_host_rollbacks_total", ["plugin": "a"]) == 1)
            #expect(metrics.value("plugin_host_plugin_crashes_total", ["plugin": "a"]) == 1)
            #expect(metrics.value("plugin_host_plugin_restarts_total", ["plugin": "a"]) == 1)
            #expect(metrics.value("plugin_host_reloads_total", ["plugin": "a", "result": "success"]) == 6)
            #expect(metrics.value("plugin_host_reload_duration_seconds_count", ["plugin": "a"]) == 6)
            #expect(metrics.value("plugin_host_reload_phase_seconds_count", ["plugin": "a", "phase": "save"]) != nil)
            #expect(metrics.value("plugin_host_plugin_resident_memory_bytes", ["plugin": "a"]).map { $0 > 1e6 } == true)
            try shop.remove("liba.so")
            try await test.until(.pluginRemoved)
            let rest = try OpenMetricsParser.parse(await test.host.metrics()).flatMap(\.samples)
            #expect(!rest.contains { $0.labels["plugin"] == "a" })
            #expect(rest.contains { $0.labels["plugin"] == "b" })
        }
    }

    @Test("are kept in a file for the text collector, from the start to the end")
    func file() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        let directory = shop.root + "/collected"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let configuration = shop.configuration {
            $0.metricsFile = directory + "/host.prom"
            $0.metricsInterval = .seconds(1)
        }
        try await TestHost.run(configuration) { test async throws in
            func calls() throws -> Double? {
                let text = try String(contentsOfFile: directory + "/host.prom", encoding: .utf8)
                let families = try OpenMetricsParser.parse(text, isOpenMetrics: false)
                return families.value("plugin_host_calls_total", ["plugin": "a"])
            }
            #expect(try calls() == 0)
            _ = try await test.call("increment")
            try await test.until("the file is replaced") { try calls() == 1 }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == [])
    }

    @Test("are what Prometheus' own tool wants them to be", .enabled(if: promtoolPath() != nil))
    func promtool() async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install(try Workshop.product("Counter"), as: "libCounter.so")
            _ = try await bench.startHost()
            _ = try await bench.output("call", "counter", "increment")
            let text = try await bench.output("metrics", "--format", "prometheus")
            let check = try bench.start([try #require(promtoolPath()), "check", "metrics"], input: Data(text.utf8))
            #expect(try await check.ended() == .exited(0), "\(check.errors)")
            #expect(check.output + check.errors == "")
        }
    }
}
