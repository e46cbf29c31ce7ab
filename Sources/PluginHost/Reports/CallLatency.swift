/// How long the calls of a plugin take, as far as they are timed: a sample, in nanoseconds.
///
/// Of each generation the first 64 calls are timed, and then one in 256: a clock is not free, and a call into a plugin takes
/// less time than two looks at one. The time is that of the call in the plugin, whatever it answered, with a look at the
/// clock, some 20 ns; what a call has waited for its turn or for a reload is not in it. The figures are the bounds of buckets
/// that are an eighth apart, so they are up to an eighth too high, but for the longest. They go on over reloads.
public struct CallLatency: Hashable, Sendable, Codable {
    /// How many calls were timed.
    public var samples: UInt64
    /// The time in nanoseconds that half of them did not exceed.
    public var p50: UInt64
    /// The time in nanoseconds that 99 of 100 did not exceed.
    public var p99: UInt64
    /// The longest time in nanoseconds.
    public var max: UInt64

    /// Creates the figures.
    public init(samples: UInt64, p50: UInt64, p99: UInt64, max: UInt64) {
        self.samples = samples
        self.p50 = p50
        self.p99 = p99
        self.max = max
    }

    /// Takes the figures of a histogram; `nil` if there is nothing in it.
    init?(_ histogram: LatencyHistogram) {
        let samples = histogram.samples
        guard samples > 0 else { return nil }
        self.init(
            samples: samples,
            p50: histogram.quantile(0.5),
            p99: histogram.quantile(0.99),
            max: histogram.longest
        )
    }
}
