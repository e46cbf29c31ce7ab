/// The bounds of the buckets that latencies are counted in: eight for each power of two nanoseconds.
///
/// A bucket takes what is over the bound below it, up to and with its own, as those of OpenMetrics do; no bound is more
/// than an eighth above the one below it. They never change, so that counts of all times and plugins can be added up.
enum LatencyBuckets {
    /// How many there are; the last one also takes what is longer than its bound, which is beyond four minutes.
    static let count = 288
    private static let highest: UInt64 = (1 << 38) - 1

    /// The bucket for a latency in nanoseconds.
    static func index(of nanoseconds: UInt64) -> Int {
        // One less than the latency: so a bound belongs to the bucket below it.
        let value = min(max(nanoseconds, 1) - 1, highest)
        guard value >= 8 else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        return (exponent - 2) * 8 + Int(value >> UInt64(exponent - 3)) & 7
    }

    /// The longest latency that a bucket is for, in nanoseconds.
    static func bound(_ index: Int) -> UInt64 {
        guard index >= 8 else { return UInt64(index) + 1 }
        return UInt64(index % 8 + 9) << UInt64(index / 8 - 1)
    }
}
