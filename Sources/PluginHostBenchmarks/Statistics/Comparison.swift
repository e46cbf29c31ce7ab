/// What one benchmark has measured: ours beside its floor.
package struct Comparison: Hashable, Sendable, Codable {
    package var name: String
    package var unit: String
    package var ours: Samples
    package var floor: Samples

    package init(name: String, unit: String, ours: Samples = Samples(), floor: Samples = Samples()) {
        self.name = name
        self.unit = unit
        self.ours = ours
        self.floor = floor
    }

    /// Takes the figures of one round.
    mutating func append(ours our: Double, floor least: Double) {
        ours.append(our)
        floor.append(least)
    }

    /// Measures ours and the floor in turn, so that what disturbs the machine disturbs both.
    ///
    /// The first rounds are not kept: caches, memory and the processor's clock settle in them.
    static func measure(
        _ name: String,
        unit: String,
        rounds: Int,
        warmUp: Int,
        ours: () async throws -> Double,
        floor: () async throws -> Double
    ) async throws -> Comparison {
        var comparison = Comparison(name: name, unit: unit)
        for round in 0..<warmUp + rounds {
            let our = try await ours()
            let least = try await floor()
            guard round >= warmUp else { continue }
            comparison.append(ours: our, floor: least)
        }
        return comparison
    }
}
