import FoundationEssentials
import PluginHost
import Testing

@Suite("The health of a plugin over time")
struct HealthTimelineTests {
    private func time(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_795_000_000 + seconds) }

    @Test("is one span as long as the answers are the same and nothing was left out (LM-2)")
    func spans() {
        var timeline = HealthTimeline()
        for seconds in [0.0, 30, 60] {
            timeline.note("healthy", "\(seconds)", of: 1, at: time(seconds), every: .seconds(30))
        }
        timeline.note("degraded", "slow", of: 1, at: time(90), every: .seconds(30))
        timeline.note("healthy", "", of: 1, at: time(120), every: .seconds(30))
        // A check was left out, and then another generation was asked.
        timeline.note("healthy", "", of: 1, at: time(190), every: .seconds(30))
        timeline.note("healthy", "", of: 2, at: time(195), every: .seconds(30))
        #expect(timeline.spans.map(\.level) == ["healthy", "degraded", "healthy", "healthy", "healthy"])
        #expect(timeline.spans.map(\.checks) == [3, 1, 1, 1, 1])
        #expect(timeline.spans[0].details == "60.0")
        #expect(timeline.spans[0].first == time(0) && timeline.spans[0].last == time(60))
    }

    @Test("says nothing of the time between checks that are only made by command")
    func byCommand() {
        var timeline = HealthTimeline()
        timeline.note("healthy", "", of: 1, at: time(0), every: .zero)
        timeline.note("healthy", "", of: 1, at: time(1), every: .zero)
        #expect(timeline.spans.count == 2)
    }

    @Test("keeps the newest spans, and no more than the limit")
    func bounded() {
        var timeline = HealthTimeline()
        for number in 0..<(HealthTimeline.limit * 2) {
            let level = number.isMultiple(of: 2) ? "healthy" : "unhealthy"
            timeline.note(level, "\(number)", of: 1, at: time(Double(number)), every: .seconds(30))
        }
        #expect(timeline.spans.count == HealthTimeline.limit)
        #expect(timeline.spans.last?.details == "\(HealthTimeline.limit * 2 - 1)")
    }

    @Test("begins anew when the clock goes back")
    func clock() {
        var timeline = HealthTimeline()
        timeline.note("healthy", "", of: 1, at: time(60), every: .seconds(30))
        timeline.note("healthy", "", of: 1, at: time(0), every: .seconds(30))
        #expect(timeline.spans.count == 2)
    }
}
