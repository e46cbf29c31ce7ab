/// What was measured, one number for each time.
package struct Samples: Hashable, Sendable, Codable {
    package private(set) var values: [Double] = []

    /// Takes what was measured before.
    package init(_ values: [Double] = []) {
        self.values = values
    }

    package mutating func append(_ value: Double) {
        values.append(value)
    }

    /// The median: half of the values are not larger.
    package var median: Double { quantile(0.5) }

    /// The value that 99 of 100 do not exceed; of fewer than 100 values, the largest.
    package var percentile99: Double { quantile(0.99) }

    /// The smallest value that at least such a part of the values does not exceed; 0 without values.
    ///
    /// It is always a value that was measured: nothing is made up between two.
    package func quantile(_ part: Double) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        let rank = (part * Double(sorted.count)).rounded(.up)
        return sorted[min(max(Int(rank), 1), sorted.count) - 1]
    }
}
