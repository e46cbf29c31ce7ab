import LinuxSystem
import Testing

@Suite("A deadline of which only time counts in which this process ran")
struct RunningDeadlineTests {
    private let start = MonotonicInstant(nanoseconds: 1_000_000_000_000)

    private func at(_ seconds: Double) -> MonotonicInstant {
        start.advanced(by: .nanoseconds(Int64(seconds * 1e9)))
    }

    @Test("passes as any other for who looks at it in time")
    func usual() {
        var deadline = RunningDeadline(after: .seconds(30), from: start)
        var now = start
        while !deadline.hasPassed(at: now) { now = deadline.nextLook }
        #expect(now == at(30) && deadline.lost == .zero)
    }

    @Test("has not passed after a long time in which nobody could look, and passes when the rest of its time has run")
    func stopped() {
        var deadline = RunningDeadline(after: .seconds(30), from: start)
        let looks = [1, 3601].map { deadline.hasPassed(at: at($0)) }
        #expect(looks == [false, false])
        // One second of the hour counts.
        #expect(deadline.lost == .seconds(3599))
        var now = at(3601)
        while !deadline.hasPassed(at: now) { now = deadline.nextLook }
        #expect(now == at(3629))
    }

    @Test("passes though each look is somewhat late")
    func busy() {
        var deadline = RunningDeadline(after: .seconds(8), from: start)
        let looks = (1...5).map { deadline.hasPassed(at: at(Double($0) * 1.9)) }
        #expect(looks == [false, false, false, false, true])
    }

    @Test("that is past from the beginning has passed", arguments: [0, -1, -1_000_000])
    func past(seconds: Double) {
        var deadline = RunningDeadline(until: at(seconds), from: start)
        #expect(deadline.nextLook <= start)
        let hasPassed = deadline.hasPassed(at: start)
        #expect(hasPassed)
    }

    @Test("is looked at often enough however short it is", arguments: [1e-9, 1e-3, 0.5, 1])
    func short(seconds: Double) {
        var deadline = RunningDeadline(after: .nanoseconds(Int64(seconds * 1e9)), from: start)
        var looks = 0
        while !deadline.hasPassed(at: deadline.nextLook), looks < 1000 { looks += 1 }
        #expect(looks <= 9 && deadline.nextLook == at(seconds))
    }
}
