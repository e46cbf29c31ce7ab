/// Counts durations in buckets, from a millisecond to a minute.
struct DurationTally: Hashable, Sendable {
    /// The bounds of the buckets, in seconds.
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0]

    private var counts = [UInt64](repeating: 0, count: bounds.count)
    /// How many there were.
    private(set) var count: UInt64 = 0
    /// All of them together, in seconds.
    private(set) var sum = 0.0

    /// How many were no longer than each bound.
    var cumulated: [UInt64] {
        var sum: UInt64 = 0
        return counts.map { count in
            sum += count
            return sum
        }
    }

    /// Counts a duration in seconds.
    mutating func add(_ seconds: Double) {
        if let index = Self.bounds.firstIndex(where: { seconds <= $0 }) { counts[index] += 1 }
        count += 1
        sum += seconds
    }
}
