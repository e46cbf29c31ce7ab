package import struct FoundationEssentials.Date

/// Moments as text: ISO 8601 in UTC with milliseconds, `2026-11-18T11:06:40.001Z`.
///
/// The library's own style cuts where it should round, so that a moment changes on its way through a file.
package enum TimestampText {
    /// The moment as text; years before 0 and after 9999 are cut there.
    package static func format(_ date: Date) -> String {
        let milliseconds = wholeMilliseconds(date)
        let (days, rest) = milliseconds.flooredDivision(by: 86_400_000)
        let date = CivilDay(daysSince1970: days)
        let seconds = rest / 1000
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
        return
            "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T\(time).\(padded(rest % 1000, 3))Z"
    }

    /// The moment that a text names; `nil` if it names none.
    ///
    /// The fraction may have any number of digits; those after the third are dropped.
    package static func parse(_ text: String) -> Date? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 40, bytes.last == UInt8(ascii: "Z") else { return nil }
        for (index, mark) in zip([4, 7, 10, 13, 16], "--T::".utf8) where bytes[index] != mark { return nil }
        let fields = [0..<4, 5..<7, 8..<10, 11..<13, 14..<16, 17..<19].compactMap { number(bytes[$0]) }
        guard fields.count == 6, (1...12).contains(fields[1]), (1...31).contains(fields[2]) else { return nil }
        guard fields[3] < 24, fields[4] < 60, fields[5] <= 60 else { return nil }
        let day = CivilDay(year: fields[0], month: fields[1], day: fields[2])
        let days = day.daysSince1970
        guard CivilDay(daysSince1970: days) == day else { return nil }

        var milliseconds: Int64 = 0
        if bytes.count > 20 {
            let fraction = bytes[20..<(bytes.count - 1)]
            guard bytes[19] == UInt8(ascii: "."), let whole = number(fraction.prefix(3)) else { return nil }
            guard number(fraction) != nil else { return nil }
            milliseconds = whole * [100, 10, 1][min(fraction.count, 3) - 1]
        }
        milliseconds += ((days * 24 + fields[3]) * 60 + fields[4]) * 60_000 + fields[5] * 1000
        return date(wholeMilliseconds: milliseconds)
    }

    /// The moment as it comes back from its text.
    package static func rounded(_ date: Date) -> Date {
        Self.date(wholeMilliseconds: wholeMilliseconds(date))
    }

    private static func date(wholeMilliseconds: Int64) -> Date {
        Date(timeIntervalSince1970: Double(wholeMilliseconds) / 1000)
    }

    private static func wholeMilliseconds(_ date: Date) -> Int64 {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        // From the year 0 to the end of the year 9999, so that any date that comes has four digits.
        return milliseconds.isNaN ? 0 : Int64(max(-62_167_219_200_000, min(253_402_300_799_999, milliseconds)))
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        // Up to 18 digits fit; of a longer fraction only the fact that it is one is of interest.
        return digits.prefix(18).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
}
