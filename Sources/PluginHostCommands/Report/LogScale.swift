internal import Glibc

/// A line from small to large figures, on which each factor of ten takes the same room.
struct LogScale: Hashable, Sendable {
    private let low: Double
    private let high: Double
    private let left: Double
    private let right: Double

    /// A scale over whole powers of ten.
    init(from least: Double, until most: Double, left: Double, right: Double) {
        low = log10(least).rounded(.down)
        high = max(low + 1, log10(most).rounded(.up))
        self.left = left
        self.right = right
    }

    /// Where a figure is.
    func place(of value: Double) -> Double {
        guard value > 0 else { return left }
        return left + min(1, max(0, (log10(value) - low) / (high - low))) * (right - left)
    }

    /// The powers of ten.
    var ticks: [Double] {
        (Int(low)...Int(high)).map { pow(10, Double($0)) }
    }
}
