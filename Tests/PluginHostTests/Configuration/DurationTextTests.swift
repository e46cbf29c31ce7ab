import PluginHost
import Testing

@Suite("A duration as text")
struct DurationTextTests {
    @Test(
        "is read and written in the unit that people would choose",
        arguments: [
            ("250ms", Duration.milliseconds(250)), ("1s", .seconds(1)), ("90s", .seconds(90)), ("5m", .seconds(300)),
            ("1h", .seconds(3600)), ("1500ms", .milliseconds(1500)), ("0s", .zero), ("24h", .seconds(86_400)),
        ]
    )
    func reads(text: String, duration: Duration) {
        #expect(DurationText.parse(text) == duration)
        #expect(DurationText.parse(DurationText.format(duration)) == duration)
        #expect(DurationText.format(duration) == text)
    }

    @Test(
        "may have a fraction, or no unit for seconds",
        arguments: [
            ("2", Duration.seconds(2)), ("0.5", .milliseconds(500)), ("1.5s", .milliseconds(1500)),
            ("0.5h", .seconds(1800)), ("1.25ms", .microseconds(1250)), ("0.000000001s", .nanoseconds(1)),
            ("0.0000000019s", .nanoseconds(1)), ("2562047h", .seconds(2_562_047 * 3600)),
        ]
    )
    func readsFractions(text: String, duration: Duration) {
        #expect(DurationText.parse(text) == duration)
        #expect(DurationText.parse(DurationText.format(duration)) == duration)
    }

    @Test(
        "is refused when it is none",
        arguments: [
            "", "s", "ms", "-1s", "+1s", "1 s", "1d", "1S", "1.s", ".5s", "1.2.3s", "1m30s", "٣s", "1e3", "NaN", "inf",
            "99999999999999999999s", "9223372036854775807h", "2562048h", "9223372036.9s",
        ]
    )
    func refuses(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test("is written whatever it is", arguments: [Duration.nanoseconds(1), .seconds(-90), .nanoseconds(Int64.min)])
    func writes(duration: Duration) {
        #expect(!DurationText.format(duration).isEmpty)
        #expect(DurationText.format(.nanoseconds(1)) == "0.000000001s")
        #expect(DurationText.format(.milliseconds(-1500)) == "-1500ms")
    }
}
