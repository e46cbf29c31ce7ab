import Testing

@testable import PluginHost

@Suite("The latencies of calls")
struct LatencyTests {
    @Test("fall into buckets that follow each other without a gap, an eighth apart")
    func buckets() {
        var below: UInt64 = 0
        for index in 0..<LatencyBuckets.count {
            let bound = LatencyBuckets.bound(index)
            #expect(bound > below)
            #expect(LatencyBuckets.index(of: below + 1) == index && LatencyBuckets.index(of: bound) == index)
            if below >= 8 { #expect(Double(bound - below) <= Double(below) / 8) }
            below = bound
        }
        #expect(below == 1 << 38)
        #expect(LatencyBuckets.index(of: 0) == 0)
        #expect(LatencyBuckets.index(of: .max) == LatencyBuckets.count - 1)
    }

    @Test("give quantiles that are at most an eighth too high, and never above the longest")
    func quantiles() throws {
        let recorder = LatencyRecorder()
        #expect(CallLatency(recorder.histogram) == nil)
        for latency in 1...1000 { recorder.record(UInt64(latency) * 100) }
        let figures = try #require(CallLatency(recorder.histogram))
        #expect(figures.samples == 1000 && figures.max == 100_000)
        #expect((50_000...56_250).contains(figures.p50))
        #expect((99_000...100_000).contains(figures.p99))
        #expect(recorder.histogram.total == 50_050_000)
    }

    @Test("of which there is one are that one in each figure", arguments: [0, 1, 7, 8, 9, 41, 1 << 20, 1 << 50])
    func single(latency: UInt64) throws {
        let recorder = LatencyRecorder()
        recorder.record(latency)
        let figures = try #require(CallLatency(recorder.histogram))
        #expect(figures == CallLatency(samples: 1, p50: latency, p99: latency, max: latency))
    }

    @Test("are counted up to and with a bound, as OpenMetrics wants it")
    func cumulated() {
        let recorder = LatencyRecorder()
        for latency: UInt64 in [1, 128, 129, 256, 1 << 40] { recorder.record(latency) }
        #expect(recorder.histogram.cumulated(at: [64, 128, 256, 1 << 37]) == [1, 2, 4, 4])
    }

    @Test("are counted from several threads, and begin anew when they are told to")
    func threads() async {
        let recorder = LatencyRecorder()
        await withTaskGroup(of: Void.self) { group in
            for number in 1...4 {
                group.addTask { for step in 0..<10_000 { recorder.record(UInt64(number * 1000 + step % 3)) } }
            }
        }
        #expect(recorder.histogram.samples == 40_000)
        recorder.reset()
        #expect(recorder.histogram.samples == 0 && recorder.histogram.longest == 0 && recorder.histogram.total == 0)
    }
}
