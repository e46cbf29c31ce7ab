import Foundation
import TestSupport
import Testing

@testable import PluginHost

@Suite("The metrics of a host")
struct HostMetricsTests {
    private func status(_ id: String, state: String = "running") throws -> PluginStatus {
        try JSONCoding.decode(
            from: Array(
                """
                {"attempts":0,"build":"ab","calls":7,"failedCalls":1,"failedReloads":2,"generation":3,"heldCalls":4,
                "id":"\(id)","inFlight":5,"isolation":"process","name":"A","onProbation":false,"path":"/a.so",
                "pendingChange":false,"reloads":6,"restarts":1,"retiredBytes":4096,"retiredGenerations":2,
                "state":"\(state)","version":"1.0.0","uptimeSeconds":1.5,
                "health":{"level":"degraded","details":"","time":"2026-11-21T12:00:00.000Z","errors":0},
                "outcomes":{"failed":1,"refused":2,"timedOut":3,"turnedAway":8},
                "memory":{"residentBytes":2000,"proportionalBytes":1000}}
                """.utf8
            )
        )
    }

    private func figures(_ plugins: [PluginStatus]) throws -> HostFigures {
        let recorder = LatencyRecorder()
        for latency: UInt64 in [40, 128, 5000, 60_000_000_000] { recorder.record(latency) }
        var reloads = ReloadFigures()
        reloads.add(
            ReloadResult(
                plugin: "a",
                duration: .milliseconds(20),
                hold: .microseconds(300),
                phases: [.init(name: "load", seconds: 0.004), .init(name: "save", seconds: 0.001)]
            )
        )
        (reloads.rollbacks, reloads.crashes) = (2, 3)
        let host: HostStatus = try JSONCoding.decode(
            from: Array(
                """
                {"host":{"pid":42,"version":"0.1.0","uptimeSeconds":125,"pluginDirectories":["/p"],"stateDirectory":"/s",
                "strategy":"debounced","troubles":["x"],"totals":{"plugins":3,"loaded":1,"failed":1,"reloads":2}},
                "plugins":[]}
                """.utf8
            )
        )
        var figures = HostFigures(
            status: host,
            plugins: [:],
            watching: WatchCounters(),
            handlers: [
                EventHandlerStatus(
                    EventHandler(
                        HandlerDeclaration(name: "audit", topics: ["#"], priority: 1, deadline: .seconds(1), queue: 9),
                        of: "a",
                        by: CallerDouble()
                    )
                )
            ],
            tasks: [],
            heartbeat: HeartbeatStatus(time: Date(), components: []),
            programs: [],
            runners: .init(spare: 1, used: 2),
            requests: 3,
            memory: ProcessMemory(residentBytes: 9),
            startTime: 1.5
        )
        figures.status.plugins = plugins
        for plugin in plugins {
            figures.plugins[plugin.id] = .init(latencies: recorder.histogram, reloads: reloads, requests: 1)
        }
        figures.watching.overflows = 4
        return figures
    }

    private func parsed(_ figures: HostFigures, _ format: MetricsFormat) throws -> [OpenMetricsParser.Family] {
        let text = MetricsText(format: format).text(of: HostMetrics(figures: figures).families)
        return try OpenMetricsParser.parse(text, isOpenMetrics: format == .openMetrics)
    }

    @Test("are right in both formats, whatever a plugin is called", arguments: MetricsFormat.allCases)
    func formats(format: MetricsFormat) throws {
        var odd = try status("odd", state: "error")
        odd.id = "lib \"x\"\\\n.so"
        let families = try parsed(try figures([try status("a"), odd]), format)
        #expect(families.value("plugin_host_calls_total", ["plugin": "a"]) == 7)
        #expect(families.value("plugin_host_plugin_up", ["plugin": "a"]) == 1)
        #expect(families.value("plugin_host_plugin_up", ["plugin": odd.id]) == 0)
        #expect(families.value("plugin_host_call_failures_total", ["plugin": "a", "kind": "timed-out"]) == 3)
        #expect(families.value("plugin_host_calls_turned_away_total", ["plugin": "a"]) == 8)
        #expect(families.value("plugin_host_plugin_proportional_memory_bytes", ["plugin": "a"]) == 1000)
        #expect(
            families.value("plugin_host_plugin_state", ["plugin": odd.id, "plugin_host_plugin_state": "error"]) == 1
        )
        #expect(families.value("plugin_host_rollbacks_total", ["plugin": "a"]) == 2)
        #expect(families.value("plugin_host_plugin_crashes_total", ["plugin": "a"]) == 3)
        #expect(families.value("plugin_host_reload_phase_seconds_sum", ["plugin": "a", "phase": "load"]) == 0.004)
        #expect(families.value("plugin_host_watch_overflows_total") == 4)
        #expect(families.value("plugin_host_event_queue_limit", ["plugin": "a", "handler": "audit"]) == 9)
    }

    @Test("have latencies whose help says that they are a sample")
    func latencies() throws {
        let families = try parsed(try figures([try status("a")]), .openMetrics)
        let name = "plugin_host_call_duration_seconds"
        #expect(families.first { $0.name == name }?.help?.contains("SAMPLED") == true)
        #expect(families.value("\(name)_count", ["plugin": "a"]) == 4)
        #expect(families.value("\(name)_bucket", ["le": "1.28e-07"]) == 2)
        #expect(families.value("\(name)_bucket", ["le": "8.192e-06"]) == 3)
        #expect(families.value("\(name)_sum", ["plugin": "a"]) == 60.000005168)
    }

    @Test("are none of plugins where there is none", arguments: MetricsFormat.allCases)
    func empty(format: MetricsFormat) throws {
        let families = try parsed(try figures([]), format)
        #expect(
            families.allSatisfy { $0.samples.allSatisfy { $0.labels["plugin"] == nil || $0.labels["handler"] != nil } }
        )
        #expect(families.value("plugin_host_plugins", ["condition": "other"]) == 1)
    }

    @Test("keep their names, on which people build")
    func names() throws {
        let families = try parsed(try figures([try status("a")]), .openMetrics)
        #expect(
            families.map { "\($0.name) \($0.type)" }.sorted() == [
                "plugin_host info", "plugin_host_call_duration_seconds histogram", "plugin_host_call_failures counter",
                "plugin_host_calls counter", "plugin_host_calls_held gauge", "plugin_host_calls_in_flight gauge",
                "plugin_host_calls_turned_away counter", "plugin_host_event_handler_stuck gauge",
                "plugin_host_event_queue_length gauge", "plugin_host_event_queue_limit gauge",
                "plugin_host_handler_events counter", "plugin_host_healthy gauge", "plugin_host_plugin info",
                "plugin_host_plugin_crashes counter", "plugin_host_plugin_generation gauge",
                "plugin_host_plugin_health stateset", "plugin_host_plugin_proportional_memory_bytes gauge",
                "plugin_host_plugin_quarantined gauge", "plugin_host_plugin_requests gauge",
                "plugin_host_plugin_resident_memory_bytes gauge", "plugin_host_plugin_restarts counter",
                "plugin_host_plugin_retired_bytes gauge", "plugin_host_plugin_retired_generations gauge",
                "plugin_host_plugin_state stateset", "plugin_host_plugin_up gauge",
                "plugin_host_plugin_uptime_seconds gauge", "plugin_host_plugins gauge",
                "plugin_host_reload_duration_seconds histogram", "plugin_host_reload_hold_seconds histogram",
                "plugin_host_reload_phase_seconds summary", "plugin_host_reloads counter", "plugin_host_requests gauge",
                "plugin_host_resident_memory_bytes gauge", "plugin_host_rollbacks counter", "plugin_host_runners gauge",
                "plugin_host_start_time_seconds gauge", "plugin_host_troubles gauge",
                "plugin_host_watch_events counter",
                "plugin_host_watch_lookups counter", "plugin_host_watch_overflows counter",
                "plugin_host_watch_scans counter",
            ]
        )
    }
}
