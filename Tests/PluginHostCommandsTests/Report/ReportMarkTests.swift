import FoundationEssentials
import PluginHost
import Testing

@testable import PluginHostCommands

@Suite("The marks of a report")
struct ReportMarkTests {
    static func event(
        _ kind: PluginEvent.Kind,
        _ seconds: Double,
        generation: UInt64? = nil,
        _ change: (inout PluginEvent) -> Void = { _ in }
    ) -> PluginEvent {
        var event = PluginEvent(kind, plugin: "counter", generation: generation)
        event.time = Date(timeIntervalSince1970: 1_795_000_000 + seconds)
        change(&event)
        return event
    }

    private static let phases = [ReloadResult.Phase(name: "load", seconds: 0.25)]

    @Test("are the events that matter; a rollback and its completion are one")
    func rollback() {
        let marks = ReportMark.marks(of: [
            Self.event(.loaded, 0, generation: 1), Self.event(.stateChanged, 1),
            Self.event(.reloadStarted, 2, generation: 2),
            Self.event(.reloadCompleted, 3, generation: 2) {
                $0.success = true
                $0.durationSeconds = 0.5
                $0.phases = Self.phases
            },
            Self.event(.rollbackTriggered, 4, generation: 3) { $0.reason = "asked for" },
            Self.event(.reloadCompleted, 5, generation: 3) {
                $0.success = true
                $0.durationSeconds = 0.75
                $0.phases = Self.phases
            },
            Self.event(.reloadCompleted, 6, generation: 4) { $0.success = true },
        ])
        #expect(marks.map(\.kind) == [.loaded, .reloaded, .rolledBack, .reloaded])
        #expect(marks.map(\.seconds) == [nil, 0.5, 0.75, nil])
        #expect(marks.map(\.phases) == [[], Self.phases, Self.phases, []])
        #expect(marks[2].text == "asked for")
    }

    @Test("have a failure once, though its end is told as well")
    func failure() {
        let marks = ReportMark.marks(of: [
            Self.event(.reloadFailed, 0, generation: 2) { $0.error = "load-failed: no" },
            Self.event(.reloadCompleted, 0.1, generation: 1) { $0.success = false },
            Self.event(.crashed, 1), Self.event(.restarted, 2),
            Self.event(.reloadCompleted, 3, generation: 1) {
                $0.success = false
                $0.error = "refused"
            },
            PluginEvent(.heartbeat),
        ])
        #expect(marks.map(\.kind) == [.failed, .crashed, .restarted, .failed])
        #expect(marks[0].text == "load-failed: no")
        #expect(marks[3].sentence.hasPrefix("counter: reload failed, generation 1, refused, 2026-11-18T"))
    }

    @Test("lie on an axis with at most eight round moments", arguments: [0.0, 0.02, 3, 59, 3600, 90_000, 1e7, 1e9])
    func axis(length: Double) {
        let first = Date(timeIntervalSince1970: 1_795_000_000)
        let axis = TimeAxis(over: [first, first.addingTimeInterval(length)], left: 100, right: 900)
        #expect((1...8).contains(axis.ticks.count), "\(axis.ticks)")
        #expect(axis.ticks.allSatisfy { (100...900).contains(axis.place(of: $0.time)) })
        #expect(Set(axis.ticks.map(\.label)).count == axis.ticks.count, "\(axis.ticks)")
        #expect(axis.place(of: first) < axis.place(of: first.addingTimeInterval(max(length, 0.1))))
        #expect(axis.place(of: .distantFuture) == 900)
    }
}
