import Testing

@testable import PluginHostBenchmarks

@Suite("A comparison with a floor")
struct ComparisonTests {
    @Test("measures both in turn, and keeps nothing of the first rounds")
    func turns() async throws {
        var order = ""
        var round = 0.0
        let comparison = try await Comparison.measure(
            "a",
            unit: "ns",
            rounds: 3,
            warmUp: 2,
            ours: {
                order += "o"
                round += 1
                return round
            },
            floor: {
                order += "f"
                return -round
            }
        )
        #expect(order == "ofofofofof")
        #expect(comparison.ours.values == [3, 4, 5])
        #expect(comparison.floor.values == [-3, -4, -5])
    }
}
