internal import LinuxSystem

/// Durations as people write them: `250ms`, `1s`, `1.5s`, `5m`, `1h`; a number alone means seconds.
package enum DurationText {
    /// What is allowed, for error messages.
    package static let rule = "a duration such as 250ms, 1s, 5m or 1h, or a number of seconds"

    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    /// The duration that a text stands for; `nil` if it stands for none, is negative, or is beyond 292 years.
    package static func parse(_ text: String) -> Duration? {
        let digits = text.prefix { $0 == "." || $0.isASCII && $0.isWholeNumber }
        let name = text.dropFirst(digits.count)
        guard let unit = units.first(where: { $0.name == (name.isEmpty ? "s" : name) }) else { return nil }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }), let whole = Int64(parts[0]) else { return nil }
        var (sum, overflow) = whole.multipliedReportingOverflow(by: unit.nanoseconds)
        guard !overflow else { return nil }
        if parts.count == 2 {
            // Beyond nine digits there is less than a nanosecond, even in hours a few microseconds.
            var scale = unit.nanoseconds
            for digit in parts[1].prefix(9) {
                scale /= 10
                (sum, overflow) = sum.addingReportingOverflow(Int64(digit.wholeNumberValue ?? 0) * scale)
                guard !overflow else { return nil }
            }
        }
        return .nanoseconds(sum)
    }

    /// The duration as text, in the largest unit in which it is whole.
    package static func format(_ duration: Duration) -> String {
        let nanoseconds = duration.wholeNanoseconds
        if nanoseconds == 0 { return "0s" }
        for unit in units.reversed() where nanoseconds % unit.nanoseconds == 0 {
            return "\(nanoseconds / unit.nanoseconds)\(unit.name)"
        }
        let digits = String((nanoseconds % 1_000_000_000).magnitude)
        var fraction = String(repeating: "0", count: 9 - digits.count) + digits
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(nanoseconds < 0 ? "-" : "")\((nanoseconds / 1_000_000_000).magnitude).\(fraction)s"
    }
}
