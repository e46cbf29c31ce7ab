import Foundation
import Testing

@testable import PluginHostBenchmarks

@Suite("The benchmarks' report")
struct ReportTests {
    private let results = [
        BenchmarkResult(Comparison(name: "a", unit: "ns", ours: Samples([30, 10, 20]), floor: Samples([8, 8, 9]))),
        BenchmarkResult(Comparison(name: "b", unit: "wakes/min", ours: Samples([0]), floor: Samples([0]))),
    ]

    @Test("is JSON with every key, and null for a ratio to nothing")
    func json() throws {
        let object = try JSONSerialization.jsonObject(with: Data(try Report.json(results).utf8)) as? [String: Any]
        let list = try #require(object?["results"] as? [[String: Any]])
        #expect(object?.count == 1 && list.count == 2)
        #expect(list.allSatisfy { Set($0.keys) == ["name", "unit", "floor", "p50", "p99", "ratio"] })
        #expect(list[0]["name"] as? String == "a" && list[0]["unit"] as? String == "ns")
        #expect(list[0]["p50"] as? Double == 20 && list[0]["p99"] as? Double == 30 && list[0]["floor"] as? Double == 8)
        #expect(list[0]["ratio"] as? Double == 2.5)
        #expect(list[1]["ratio"] is NSNull)
    }

    @Test("says in a table what was to be reached and whether it was")
    func table() {
        let targets = [
            "a": Target.ratio(2).and("p99 ≤ 30") { result, _ in result.p99 <= 30 },
            "b": Target(text: "0") { result, _ in result.p50 == 0 },
        ]
        #expect(
            Report.table(results, targets: targets) == """
                name  unit       p50  p99  floor  ratio  to reach
                a     ns          20   30      8    2.5  ratio ≤ 2, p99 ≤ 30  missed
                b     wakes/min    0    0      0      -  0                    reached
                """
        )
    }

    @Test(
        "shows the digits that say something",
        arguments: [
            (0, "0"), (0.9996, "1"), (0.0123, "0.012"), (1.005, "1"), (1.25, "1.25"), (12.34, "12.3"), (99.96, "100"),
            (1234.5, "1235"), (-0.5, "-0.5"),
        ] as [(Double, String)]
    )
    func numbers(value: Double, text: String) {
        #expect(FigureText.number(value) == text)
    }

    @Test(
        "keeps four digits of a figure",
        arguments: [(12.3456, 12.35), (0.000123456, 0.0001235), (98765, 98770), (0, 0)]
    )
    func rounding(value: Double, expected: Double) {
        #expect(BenchmarkResult.rounded(value) == expected)
    }

    @Test("compares a figure with another one of the same run only")
    func comparison() {
        #expect(results[0].isAtMost(2, times: "a", in: results) == true)
        #expect(results[0].isAtMost(0.5, times: "a", in: results) == false)
        #expect(results[0].isAtMost(2, times: "c", in: results) == nil)
    }
}
