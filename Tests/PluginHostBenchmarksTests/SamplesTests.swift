import Testing

@testable import PluginHostBenchmarks

@Suite("Samples")
struct SamplesTests {
    @Test(
        "give the smallest value that so many do not exceed",
        arguments: [
            ([3.0, 1, 2], 0.5, 2.0), ([4, 3, 2, 1], 0.5, 2), ([1, 2], 0.99, 2), ([5], 0.99, 5), ([], 0.5, 0),
        ]
    )
    func quantiles(values: [Double], part: Double, expected: Double) {
        #expect(Samples(values).quantile(part) == expected)
    }

    @Test("leave one value in a hundred above the 99th percentile")
    func percentile() {
        #expect(Samples((1...200).shuffled().map(Double.init)).percentile99 == 198)
        #expect(Samples((1...200).map(Double.init)).median == 100)
    }
}
