internal import PluginHost
internal import struct FoundationEssentials.Date

/// A line of time from left to right, with marks at round moments.
struct TimeAxis: Hashable, Sendable {
    private static let steps: [Double] = [
        0.001, 0.01, 0.1, 1, 5, 15, 60, 300, 900, 3600, 10_800, 43_200, 86_400, 604_800, 2_592_000,
    ]

    let from: Date
    let until: Date
    /// Where it begins and ends in the picture.
    let left: Double
    let right: Double

    /// An axis over some moments; one that has no length gets one.
    init(over times: [Date], left: Double, right: Double) {
        let first = times.min() ?? Date(timeIntervalSince1970: 0)
        let last = times.max() ?? first
        let margin = max(last.timeIntervalSince(first) * 0.02, 0.5)
        from = first.addingTimeInterval(-margin)
        until = last.addingTimeInterval(margin)
        self.left = left
        self.right = right
    }

    /// Where a moment is.
    func place(of time: Date) -> Double {
        let part = time.timeIntervalSince(from) / until.timeIntervalSince(from)
        return left + min(1, max(0, part)) * (right - left)
    }

    /// At most eight round moments, with their labels.
    var ticks: [(time: Date, label: String)] {
        let length = until.timeIntervalSince(from)
        let step = Self.steps.first { length / $0 <= 7 } ?? length / 4
        let first = (from.timeIntervalSince1970 / step).rounded(.up)
        return (0..<8).map { Date(timeIntervalSince1970: (first + Double($0)) * step) }.filter { $0 <= until }
            .map { ($0, Self.label($0, step: step)) }
    }

    private static func label(_ time: Date, step: Double) -> String {
        let text = TimestampText.format(time)
        let (day, clock) = (text.prefix(10), text.dropFirst(11))
        if step >= 86_400 { return String(day) }
        if step >= 3600 { return "\(day.suffix(5)) \(clock.prefix(5))" }
        return String(clock.prefix(step >= 60 ? 5 : step >= 1 ? 8 : 12))
    }
}
