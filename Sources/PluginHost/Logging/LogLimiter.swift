/// Keeps those who log in a loop from filling the log: a bucket of tokens for each name (CH-4).
///
/// A name may say as many records at once as four seconds give, and so many a second after that. It looks at no clock.
struct LogLimiter: Sendable {
    enum Verdict: Hashable, Sendable {
        case pass
        /// The record is dropped, and counted.
        case drop
        /// The record passes, and it is time to tell that so many before it were dropped.
        case tell(dropped: UInt64)
    }

    private struct Bucket {
        var tokens: Double
        var filled: Int64
        var dropped: UInt64 = 0
        var lastTold = Int64.min / 2
    }

    private static let seconds = 4.0
    /// What is dropped is told no more often than that.
    private static let pause: Int64 = 5_000_000_000

    /// Records a second; 0: no limit.
    let rate: Int
    private var buckets: [String: Bucket] = [:]

    init(rate: Int) {
        self.rate = rate
    }

    /// Judges a record of a name at a moment in nanoseconds.
    mutating func take(_ name: String, now: Int64) -> Verdict {
        guard rate > 0 else { return .pass }
        let most = Double(rate) * Self.seconds
        var bucket = buckets[name] ?? Bucket(tokens: most, filled: now)
        defer { buckets[name] = bucket }
        bucket.tokens = min(most, bucket.tokens + Double(now - bucket.filled) / 1e9 * Double(rate))
        bucket.filled = now
        guard bucket.tokens >= 1 else {
            bucket.dropped += 1
            return .drop
        }
        bucket.tokens -= 1
        guard bucket.dropped > 0, now - bucket.lastTold >= Self.pause else { return .pass }
        defer { (bucket.dropped, bucket.lastTold) = (0, now) }
        return .tell(dropped: bucket.dropped)
    }

    /// What was dropped and not told yet, by name; it is told then.
    mutating func takeDropped(now: Int64) -> [(name: String, count: UInt64)] {
        let dropped = buckets.filter { $0.value.dropped > 0 }.sorted { $0.key < $1.key }
        for name in dropped.map(\.key) {
            buckets[name]?.dropped = 0
            buckets[name]?.lastTold = now
        }
        // Whoever has said nothing for so long that the bucket is full is like somebody new.
        let most = Int64(Self.seconds * 1e9)
        buckets = buckets.filter { now - $0.value.filled < most || $0.value.dropped > 0 }
        return dropped.map { ($0.key, $0.value.dropped) }
    }
}
