import FoundationEssentials
import PluginHost
import Testing

@Suite("A moment as text")
struct TimestampTextTests {
    @Test(
        "is ISO 8601 with milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_795_000_000_001, "2026-11-18T11:06:40.001Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
        ] as [(Int64, String)]
    )
    func formats(milliseconds: Int64, text: String) {
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        #expect(TimestampText.format(date) == text)
        #expect(TimestampText.parse(text) == date)
    }

    @Test("agrees with the library on every day of four centuries")
    func agrees() throws {
        let style = Date.ISO8601FormatStyle()
        for day in stride(from: -73_000, to: 73_000, by: 31) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400 + 3661)
            #expect(TimestampText.format(date).dropLast(5) + "Z" == date.formatted(style))
        }
    }

    @Test("comes back as it went, for every millisecond of a second")
    func roundTrips() {
        for millisecond in 0..<1000 {
            let date = Date(timeIntervalSince1970: 1_795_000_000 + Double(millisecond) / 1000)
            let text = TimestampText.format(date)
            #expect(TimestampText.parse(text).map(TimestampText.format) == text)
            #expect(TimestampText.rounded(TimestampText.rounded(date)) == TimestampText.rounded(date))
        }
    }

    @Test("is also read without a fraction, or with another number of digits")
    func readsFractions() {
        let second = Date(timeIntervalSince1970: 1_795_000_000)
        #expect(TimestampText.parse("2026-11-18T11:06:40Z") == second)
        #expect(TimestampText.parse("2026-11-18T11:06:40.5Z") == second + 0.5)
        let long = TimestampText.parse("2026-11-18T11:06:40.25999999999999Z")
        #expect(long == Date(timeIntervalSince1970: 1_795_000_000.259))
    }

    @Test(
        "is refused when it names no moment",
        arguments: [
            "", "Z", "2026-11-18", "2026-11-18T11:06:40", "2026-13-18T11:06:40Z", "2026-02-29T11:06:40Z",
            "2026-11-18T24:00:00Z", "2026-11-18T11:60:00Z", "2026-11-18T11:06:61Z", "2026-11-18T11:06:40.Z",
            "2026-11-18T11:06:40,5Z", "2026-11-18T11:06:40.5+Z", "2026-1١-18T11:06:40Z", "-026-11-18T11:06:40Z",
            "2026-11-18T11:06:40.99999999999999999999999999Z",
        ]
    )
    func refuses(text: String) {
        #expect(TimestampText.parse(text) == nil)
    }

    @Test("is cut at the ends of the calendar", arguments: [Double.infinity, -.infinity, .nan, 1e300, -1e300])
    func cuts(seconds: Double) {
        #expect(TimestampText.parse(TimestampText.format(Date(timeIntervalSince1970: seconds))) != nil)
    }
}
