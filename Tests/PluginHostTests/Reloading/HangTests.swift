import Testing

@testable import PluginHost

@Suite("A function that the host waits for no more")
struct HangTests {
    @Test("has its instance ended by whoever is in it last")
    func ends() {
        let early = Hang()
        let inTime = early.returns(isRunning: true)
        #expect(inTime == .inTime && early.leave() == true)
        let late = Hang()
        let (isGivenUp, isRunning) = (late.giveUp(), late.leave())
        #expect(isGivenUp && isRunning == nil)
        #expect(late.returns(isRunning: true) == .last(isRunning: true))
    }

    @Test("finds that the instance has gone on without it, and does not say of one that was stopped that it runs")
    func outlived() {
        let hang = Hang()
        let isGivenUp = hang.giveUp()
        #expect(isGivenUp && hang.returns(isRunning: true) == .late)
        hang.isOutlived(isRunning: false)
        #expect(hang.leave() == false)
        let slow = Hang()
        _ = slow.giveUp()
        slow.isOutlived(isRunning: false)
        #expect(slow.leave() == nil)
        #expect(slow.returns(isRunning: true) == .last(isRunning: false))
    }
}
