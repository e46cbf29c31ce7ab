/// What one caller has seen in a storm of reloads.
package struct StormRecord: Hashable, Sendable {
    /// The first thing that must not happen.
    package var failure: String?
    /// The slowest call of each interval, in microseconds; 0 where there was none.
    package private(set) var slowest: [Double]
    /// The counts that were answered, a bit for each.
    private var counts: [UInt64] = []

    package init(intervals: Int) {
        slowest = [Double](repeating: 0, count: intervals + 1)
    }

    /// Notes how long a call took, for all intervals that it touched.
    package mutating func note(_ time: Double, from first: Int, to last: Int) {
        for interval in max(0, first)...max(first, last) where interval < slowest.count {
            slowest[interval] = max(slowest[interval], time)
        }
    }

    /// Takes an answer: the build that gave it, and the how many-th call it was for the plugin.
    package mutating func take(_ answer: [UInt8], notBefore tag: UInt64) {
        let (build, count) = (Gauge.number(answer), Gauge.number(answer, at: 1))
        guard answer.count == 16, count > 0, count < 1 << 36 else {
            failure = failure ?? "an answer of \(answer.count) bytes makes no sense"
            return
        }
        if build < tag {
            failure =
                failure ?? "build \(build) answered a call that began after build \(tag) had been put in its place"
        }
        let (word, bit) = (Int(count / 64), UInt64(1) << (count % 64))
        while counts.count <= word { counts.append(0) }
        if counts[word] & bit != 0 { failure = failure ?? "the count \(count) was answered twice" }
        counts[word] |= bit
    }

    /// Proves that each call was counted exactly once, by the count of one more call after all others.
    package static func check(_ records: [StormRecord], lastCount: UInt64) throws(BenchmarkFailure) {
        if let failure = records.lazy.compactMap(\.failure).first { throw .failed("storm.calls: \(failure)") }
        var (calls, all) = (0, [UInt64]())
        for record in records {
            for (word, bits) in record.counts.enumerated() {
                calls += bits.nonzeroBitCount
                if word == all.count { all.append(0) }
                guard all[word] & bits == 0 else { throw .failed("storm.calls: one count was answered to two callers") }
                all[word] |= bits
            }
        }
        // All different, as many as there were calls, and none larger: so each number came once.
        guard lastCount == UInt64(calls) + 1 else {
            throw .failed("storm.calls: \(calls) calls were answered, and the plugin counted \(lastCount - 1)")
        }
    }
}
