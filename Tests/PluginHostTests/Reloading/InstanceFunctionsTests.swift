import Testing

@testable import PluginHost

@Suite("The functions of an instance that are under way")
struct InstanceFunctionsTests {
    @Test("have it ended by whoever is in it last")
    func ends() {
        let early = InstanceFunctions()
        let inTime = early.returns(early.begin(), isRunning: true)
        #expect(inTime == .inTime && early.leave(isRunning: false) == true)
        let late = InstanceFunctions()
        let (first, second) = (late.begin(), late.begin())
        let areGivenUp = late.giveUp(first) && late.giveUp(second)
        let isRunning = late.leave(isRunning: true)
        #expect(areGivenUp && isRunning == nil)
        let (before, last) = (late.returns(second, isRunning: true), late.returns(first, isRunning: false))
        #expect(before == .late && last == .last(isRunning: true))
    }

    @Test("leave it to whoever ends it when all have returned, the latest word of whether it runs with them")
    func outlived() {
        let functions = InstanceFunctions()
        #expect(functions.leave(isRunning: true) == true)
        let slow = functions.begin()
        let isGivenUp = functions.giveUp(slow)
        #expect(isGivenUp && !functions.haveReturned)
        let stop = functions.returns(functions.begin(), isRunning: false)
        let late = functions.returns(slow, isRunning: true)
        #expect(stop == .inTime && late == .late && functions.haveReturned)
        #expect(functions.leave(isRunning: true) == false)
        let isTooLate = !functions.giveUp(slow)
        #expect(isTooLate)
    }
}
