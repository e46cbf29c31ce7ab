/// Latencies that were counted, at one moment.
struct LatencyHistogram: Hashable, Sendable {
    /// How many there are in each of the ``LatencyBuckets``.
    var counts: [UInt64]
    /// All of them together, in nanoseconds.
    var total: UInt64
    /// The longest one, in nanoseconds.
    var longest: UInt64

    /// How many there are.
    var samples: UInt64 { counts.reduce(0, &+) }

    /// The latency that this part of all does not exceed, in nanoseconds: the bound of the bucket that it is in.
    func quantile(_ part: Double) -> UInt64 {
        let samples = samples
        let rank = max(1, UInt64((Double(samples) * part).rounded(.up)))
        var sum: UInt64 = 0
        for (index, count) in counts.enumerated() {
            sum &+= count
            // The last bucket has no bound, and no call took longer than the longest.
            if sum >= rank { return index == counts.count - 1 ? longest : min(LatencyBuckets.bound(index), longest) }
        }
        return longest
    }

    /// How many took no longer than each of these bounds, in nanoseconds; they are bounds of buckets and ascend.
    func cumulated(at bounds: [UInt64]) -> [UInt64] {
        var result: [UInt64] = []
        var (sum, next): (UInt64, Int) = (0, 0)
        for bound in bounds {
            while next < counts.count - 1, LatencyBuckets.bound(next) <= bound {
                sum &+= counts[next]
                next += 1
            }
            result.append(sum)
        }
        return result
    }
}
