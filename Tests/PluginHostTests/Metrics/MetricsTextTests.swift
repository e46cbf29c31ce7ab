import TestSupport
import Testing

@testable import PluginHost

@Suite("The text of metrics")
struct MetricsTextTests {
    private func text(_ families: [MetricFamily], _ format: MetricsFormat = .openMetrics) -> String {
        MetricsText(format: format).text(of: families)
    }

    @Test("is that of OpenMetrics")
    func openMetrics() {
        var calls = MetricFamily("calls", .counter, "Calls, \"all\"\nof \\ them.")
        calls.add([.init("plugin", "a\"\\\n")], 3)
        var memory = MetricFamily("memory_bytes", .gauge, in: .bytes, "Memory.")
        memory.add([], .real(1.5))
        #expect(
            text([calls, memory, MetricFamily("nothing", .gauge, "Left out.")]) == #"""
                # TYPE calls counter
                # HELP calls Calls, \"all\"\nof \\ them.
                calls_total{plugin="a\"\\\n"} 3
                # TYPE memory_bytes gauge
                # UNIT memory_bytes bytes
                # HELP memory_bytes Memory.
                memory_bytes 1.5
                # EOF

                """#
        )
    }

    @Test("is, for the text collector, that of Prometheus, which knows fewer types")
    func prometheus() {
        var calls = MetricFamily("calls", .counter, "All \"calls\".")
        calls.add([], 3)
        var info = MetricFamily("host", .info, "The host.")
        info.addInfo([.init("version", "1")])
        var state = MetricFamily("state", .stateset, "The state.")
        state.add([], state: "on", of: ["on", "off"])
        #expect(
            text([calls, info, state], .prometheus) == #"""
                # HELP calls_total All "calls".
                # TYPE calls_total counter
                calls_total 3
                # HELP host_info The host.
                # TYPE host_info gauge
                host_info{version="1"} 1
                # HELP state The state.
                # TYPE state gauge
                state{state="on"} 1
                state{state="off"} 0

                """#
        )
    }

    @Test(
        "has numbers that both formats read",
        arguments: [
            (0.25, "0.25"), (1, "1.0"), (1e-7, "1e-07"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        ]
    )
    func numbers(number: Double, text: String) {
        #expect(MetricsText.number(number) == text)
    }

    @Test("has what a parser takes apart again", arguments: MetricsFormat.allCases)
    func roundTrips(format: MetricsFormat) throws {
        var tally = DurationTally()
        for seconds in [0.001, 0.0011, 0.3, 61] { tally.add(seconds) }
        var family = MetricFamily("time_seconds", .histogram, in: .seconds, "Times.")
        for name in ["a", "b\n"] {
            family.add(
                [.init("plugin", name)],
                bounds: DurationTally.bounds,
                cumulated: tally.cumulated,
                count: tally.count,
                sum: tally.sum
            )
        }
        let parsed = try OpenMetricsParser.parse(text([family], format), isOpenMetrics: format == .openMetrics)
        #expect(parsed.value("time_seconds_bucket", ["plugin": "b\n", "le": "0.001"]) == 1)
        #expect(parsed.value("time_seconds_bucket", ["plugin": "b\n", "le": "0.5"]) == 3)
        #expect(parsed.value("time_seconds_bucket", ["plugin": "a", "le": "+Inf"]) == 4)
        #expect(parsed.value("time_seconds_sum", ["plugin": "a"]) == tally.sum)
    }

    @Test(
        "would not be taken if it were wrong",
        arguments: [
            "", "a 1\n# EOF\n", "# TYPE a gauge\na 1\n# EOF\n", "# TYPE a gauge\n# HELP a A.\na 1\n",
            "# TYPE a counter\n# HELP a A.\na 1\n# EOF\n", "# TYPE a info\n# HELP a A.\na_info 2\n# EOF\n",
            "# TYPE a gauge\n# HELP a A.\na 1\na 1\n# EOF\n",
            "# TYPE a gauge\n# UNIT a seconds\n# HELP a A.\na 1\n# EOF\n",
            "# TYPE a gauge\n# HELP a A.\na{b=\"c} 1\n# EOF\n", "# TYPE a gauge\n# HELP a A.\na{b=\"\\c\"} 1\n# EOF\n",
            "# TYPE a gauge\n# HELP a A.\na{x=\"1\"} 1\na{x=\"2\"} 1\n# TYPE b gauge\n# HELP b B.\nb 1\na 1\n# EOF\n",
            "# TYPE a histogram\n# HELP a A.\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_count 1\na_sum 1\n# EOF\n",
            "# TYPE a histogram\n# HELP a A.\na_bucket{le=\"1\"} 1\na_count 1\na_sum 1\n# EOF\n",
            "# TYPE a gauge\n# HELP a A.\na nan\n# EOF\n", "# TYPE a gauge\n# HELP a A.\na 1\n# EOF\n\n",
        ]
    )
    func strict(text: String) {
        #expect(throws: OpenMetricsParser.Problem.self) { try OpenMetricsParser.parse(text) }
    }
}
