import struct FoundationEssentials.Date

@testable import PluginHost

/// Time zones for tests, as POSIX writes them, so that no database is needed.
enum Zones {
    static let berlin = zone("CET-1CEST,M3.5.0,M10.5.0/3")
    static let sydney = zone("AEST-10AEDT,M10.1.0,M4.1.0/3")
    static let newYork = zone("EST5EDT,M3.2.0,M11.1.0")
    /// Half an hour of summer.
    static let lordHowe = zone("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0")
    static let kolkata = zone("IST-5:30")

    static func zone(_ text: String) -> TimeZoneRules {
        guard let rule = PosixTimeZone(text) else { preconditionFailure("\(text) is no zone") }
        return TimeZoneRules(name: text, changes: [], offsets: [], first: rule.standard, rule: rule)
    }

    /// Seconds since 1970 of a time in UTC, such as `2026-03-29T00:59`.
    static func utc(_ text: String) -> Int64 {
        guard let date = TimestampText.parse("\(text):00Z") else { preconditionFailure("\(text) is no time") }
        return Int64(date.timeIntervalSince1970)
    }

    static func text(_ seconds: Int64?) -> String {
        guard let seconds else { return "never" }
        return String(TimestampText.format(Date(timeIntervalSince1970: Double(seconds))).prefix(16))
    }
}
