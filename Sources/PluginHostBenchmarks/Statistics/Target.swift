/// What a benchmark is to reach.
struct Target: Sendable {
    /// The words of the table.
    let text: String
    /// Judges a result, among all results of the run; `nil` if what it is compared with was not run.
    let isReached: @Sendable (BenchmarkResult, [BenchmarkResult]) -> Bool?

    /// Nothing in particular: the floor only shows what the work itself takes.
    static let none = Target(text: "") { _, _ in nil }

    /// At most so many times the floor.
    static func ratio(_ limit: Double) -> Target {
        Target(text: "ratio ≤ \(FigureText.number(limit))") { result, _ in (result.ratio ?? .infinity) <= limit }
    }

    /// Both.
    func and(_ text: String, _ isReached: @escaping @Sendable (BenchmarkResult, [BenchmarkResult]) -> Bool?) -> Target {
        let first = self.isReached
        return Target(text: "\(self.text), \(text)") { result, all in
            guard let one = first(result, all), let other = isReached(result, all) else { return nil }
            return one && other
        }
    }
}
