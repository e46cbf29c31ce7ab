internal import Glibc

/// The figures of one benchmark, as they are printed.
package struct BenchmarkResult: Hashable, Sendable, Encodable {
    package let name: String
    package let unit: String
    /// The floor's median.
    package let floor: Double
    /// Our median.
    package let p50: Double
    /// Our 99th percentile.
    package let p99: Double
    /// Our median by the floor's; `nil` where the floor is nothing.
    package let ratio: Double?
    /// The floor's 99th percentile, for targets that are about the slowest.
    package let floorP99: Double

    enum CodingKeys: String, CodingKey {
        case name, unit, floor, p50, p99, ratio
    }

    package init(_ comparison: Comparison) {
        name = comparison.name
        unit = comparison.unit
        floor = Self.rounded(comparison.floor.median)
        p50 = Self.rounded(comparison.ours.median)
        p99 = Self.rounded(comparison.ours.percentile99)
        floorP99 = Self.rounded(comparison.floor.percentile99)
        ratio = floor == 0 ? nil : Self.rounded(comparison.ours.median / comparison.floor.median)
    }

    /// Writes every field; a ratio that there is none of is null, so that a reader always finds the key.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(unit, forKey: .unit)
        try values.encode(floor, forKey: .floor)
        try values.encode(p50, forKey: .p50)
        try values.encode(p99, forKey: .p99)
        try values.encode(ratio, forKey: .ratio)
    }

    /// Compares the median with that of another benchmark of the run; `nil` if that one was not run.
    func isAtMost(_ factor: Double, times other: String, in all: [BenchmarkResult]) -> Bool? {
        all.first { $0.name == other }.map { p50 <= factor * $0.p50 }
    }

    /// A number with four digits that count: no clock here tells more.
    static func rounded(_ value: Double) -> Double {
        guard value != 0, value.isFinite else { return 0 }
        let scale = pow(10, 3 - Glibc.floor(log10(abs(value))))
        return (value * scale).rounded() / scale
    }
}
