import LinuxSystem
import Testing

@testable import PluginHost

@Suite("The progress of a reload transaction")
struct TransactionProgressTests {
    private static func at(_ milliseconds: UInt64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: 1_000_000 * milliseconds)
    }

    @Test("notes how long each step took, and how long calls were held (HR-13)")
    func notesPhases() {
        var progress = TransactionProgress()
        #expect(progress.begin(.create, now: Self.at(0), limit: 1_000_000_000) == true)
        #expect(progress.end(now: Self.at(2)) == true)
        progress.hold(now: Self.at(2))
        #expect(progress.begin(.save, now: Self.at(2), limit: 1_000_000_000) == true)
        #expect(progress.end(now: Self.at(7)) == true)
        #expect(progress.switches() == true)
        progress.released(now: Self.at(9))
        #expect(progress.phases.map(\.name) == ["create", "save"])
        #expect(progress.phases.map(\.seconds) == [0.002, 0.005])
        #expect(progress.hold == .milliseconds(7))
        #expect(progress.hasSwitched)
    }

    @Test("is given up only after the deadline of its step")
    func isGivenUp() {
        var progress = TransactionProgress()
        #expect(progress.begin(.restore, now: Self.at(0), limit: 10_000_000) == true)
        #expect(progress.abandon(now: Self.at(9)) == nil)
        let abandoned = progress.abandon(now: Self.at(10))
        #expect(
            abandoned == .init(phase: .restore, isHolding: false, hasPaused: false, hasSwitched: false)
        )
        #expect(progress.abandon(now: Self.at(11)) == nil)
    }

    @Test("counts a step's time from the end of the one before only if nothing else goes on between them")
    func begins() {
        for (isAlone, seconds) in [(true, 0.007), (false, 0.003)] {
            var progress = TransactionProgress(isAlone: isAlone)
            progress.hold(now: Self.at(10))
            #expect(progress.begin(.save, now: Self.at(14), limit: 5_000_000) == true)
            #expect(progress.deadline == Self.at(isAlone ? 15 : 19))
            #expect(progress.end(now: Self.at(17)) == true)
            progress.released(now: Self.at(18))
            #expect(progress.begin(.release, now: Self.at(20), limit: 5_000_000) == true)
            #expect(progress.deadline == Self.at(25))
            #expect(progress.phases.map(\.seconds) == [seconds])
            #expect(progress.hold == .milliseconds(8))
        }
    }

    @Test("tells what has to be put right when it is given up")
    func tellsWhatToPutRight() {
        var progress = TransactionProgress()
        progress.hold(now: Self.at(0))
        _ = progress.paused()
        #expect(progress.begin(.save, now: Self.at(0), limit: 1_000_000) == true)
        let abandoned = progress.abandon(now: Self.at(1))
        #expect(abandoned?.isHolding == true && abandoned?.hasPaused == true)
    }

    @Test("lets a worker that comes back late change nothing")
    func stopsLateWorker() {
        var progress = TransactionProgress()
        #expect(progress.begin(.start, now: Self.at(0), limit: 1_000_000) == true)
        #expect(progress.abandon(now: Self.at(1)) != nil)
        #expect(progress.end(now: Self.at(2)) == false)
        #expect(progress.begin(.healthCheck, now: Self.at(2), limit: 1_000_000_000) == false)
        #expect(progress.switches() == false)
        #expect(progress.phases.isEmpty)
    }

    @Test("is not given up between two steps")
    func isNotGivenUpBetween() {
        var progress = TransactionProgress()
        #expect(progress.begin(.load, now: Self.at(0), limit: 1_000_000) == true)
        #expect(progress.end(now: Self.at(0)) == true)
        #expect(progress.abandon(now: Self.at(100)) == nil)
    }
}
