import CPluginABI
import LinuxSystem
import Synchronization
import Testing

@testable import PluginHost

@Suite("A call lane")
struct CallLaneTests {
    /// A lane stays for ever, as it does in a host.
    private static func makeLane(isExclusive: Bool) -> UnsafePointer<CallLane> {
        let lane = UnsafeMutablePointer<CallLane>.allocate(capacity: 1)
        lane.initialize(
            to: CallLane(generation: 1, isExclusive: isExclusive, execute: { _, _, _, _ in PH_OK }, context: nil)
        )
        return UnsafePointer(lane)
    }

    @Test("counts calls in and out", arguments: [true, false])
    func counts(isExclusive: Bool) {
        let lane = Self.makeLane(isExclusive: isExclusive)
        #expect(lane.enters())
        #expect(lane.pointee.inFlight == 1)
        #expect(lane.pointee.answered == 0)
        #expect(lane.leaves() == false)
        #expect(lane.pointee.inFlight == 0)
        #expect(lane.pointee.answered == 1)
    }

    @Test("lets several in at once, or one at a time (PL-8)")
    func limitsEntry() {
        let many = Self.makeLane(isExclusive: false)
        let one = Self.makeLane(isExclusive: true)
        #expect(many.enters() && many.enters())
        #expect(one.enters())
        #expect(one.enters() == false)
        #expect(many.pointee.inFlight == 2 && one.pointee.inFlight == 1)
    }

    @Test(
        "lets a call of another plugin in while it is drained, as long as one is in flight that may wait for it (HR-4)"
    )
    func drains() {
        let lane = Self.makeLane(isExclusive: false)
        #expect(lane.enters())
        #expect(!lane.entersWhileDraining())
        #expect(lane.pointee.closesForDrain() == false)
        #expect(lane.entersWhileDraining())
        #expect(lane.pointee.inFlight == 2)
        _ = lane.leaves()
        _ = lane.leaves()
        // Nobody is there who could wait for it.
        #expect(!lane.entersWhileDraining())
        lane.pointee.endDrain()
        lane.pointee.reopen()
        #expect(lane.enters())
        // A lane that is closed because its process is gone lets nobody in.
        lane.pointee.close()
        #expect(!lane.entersWhileDraining())
        let one = Self.makeLane(isExclusive: true)
        #expect(one.enters())
        #expect(one.pointee.closesForDrain() == false)
        #expect(!one.entersWhileDraining())
    }

    @Test("lets nobody in while it is closed, and wakes who drains it", arguments: [true, false])
    func closes(isExclusive: Bool) {
        let lane = Self.makeLane(isExclusive: isExclusive)
        #expect(lane.enters())
        lane.pointee.close()
        #expect(lane.pointee.isClosed == true)
        #expect(lane.enters() == false)
        #expect(lane.pointee.inFlight == 1)
        #expect(lane.leaves() == true)
        lane.pointee.reopen()
        #expect(lane.enters())
    }

    @Test("closes by itself only at a moment without calls (HR-1)")
    func closesWhenIdle() {
        let lane = Self.makeLane(isExclusive: false)
        #expect(lane.enters())
        #expect(lane.pointee.closesIfIdle() == false)
        _ = lane.leaves()
        #expect(lane.pointee.closesIfIdle() == true)
        #expect(lane.pointee.isClosed == true)
    }

    @Test("wakes whoever asked to be")
    func wakes() {
        let lane = Self.makeLane(isExclusive: true)
        lane.pointee.setAwaited(true)
        #expect(lane.enters())
        #expect(lane.leavesUncounted() == true)
        lane.pointee.setAwaited(false)
        #expect(lane.enters())
        #expect(lane.leaves() == false)
        #expect(lane.pointee.answered == 1)
    }

    @Test("has the first 64 calls timed, and then one in 256", arguments: [true, false])
    func samples(isExclusive: Bool) {
        let lane = Self.makeLane(isExclusive: isExclusive)
        let timed = (0..<1000).filter { _ in
            var wakes = false
            var entry: CallEntry?
            while entry == nil { entry = CallLane.enters(lane, wakes: &wakes) }
            _ = lane.leaves()
            return entry?.isTimed ?? false
        }
        #expect(timed == Array(0..<64) + [256, 512, 768])
    }

    @Test("counts what did not end well by its kind")
    func outcomes() {
        let lane = Self.makeLane(isExclusive: false)
        _ = lane.pointee.countsFailureOverLimit()
        for _ in 1...2 { lane.pointee.countsRefusal() }
        for _ in 1...3 { lane.pointee.countsTimeout() }
        #expect(lane.pointee.outcomes == CallOutcomes(failed: 1, refused: 2, timedOut: 3))
    }

    @Test("reports the failed call that goes over its limit, once")
    func countsFailures() {
        let lane = Self.makeLane(isExclusive: false)
        #expect(lane.pointee.countsFailureOverLimit() == false)
        lane.pointee.limitFailures(to: 2)
        #expect((1...4).map { _ in lane.pointee.countsFailureOverLimit() } == [false, false, true, false])
        lane.pointee.limitFailures(to: 0)
        #expect((1...1).map { _ in lane.pointee.countsFailureOverLimit() } == [true])
        #expect(lane.pointee.failures == 6)
    }

    @Test("reports a generation whose calls fail while the limit is being set")
    func failsMeanwhile() {
        nonisolated(unsafe) let lane = Self.makeLane(isExclusive: false)
        let (reports, ends) = (Monitor(0), Monitor(0))
        let isOver = Atomic(false)
        for _ in 0..<2 {
            DetachedThread.start(name: "caller") {
                while !isOver.load(ordering: .relaxed) {
                    if lane.pointee.countsFailureOverLimit() { reports.withLock { $0 += 1 } }
                }
                ends.withLock { $0 += 1 }
                ends.signal(.entry)
            }
        }
        for round in 1...1000 {
            lane.pointee.limitFailures(to: 0)
            // The very next one is over it; who is to report that may have to wait for a processor.
            let enough = lane.pointee.failures + 300_000_000
            while reports.withLock({ $0 }) < round, lane.pointee.failures < enough { Processors.giveWay() }
            guard reports.withLock({ $0 }) == round else {
                Issue.record("no report in round \(round)")
                break
            }
        }
        isOver.store(true, ordering: .relaxed)
        _ = ends.wait(for: .entry, until: nil) { $0 == 2 ? true : nil }
    }
}

extension UnsafePointer<CallLane> {
    fileprivate func entersWhileDraining() -> Bool { pointee.entersWhileDraining() }

    fileprivate func enters() -> Bool {
        var wakes = false
        return CallLane.enters(self, wakes: &wakes) != nil
    }

    fileprivate func leaves() -> Bool { CallLane.leaves(CallEntry(self)) }

    fileprivate func leavesUncounted() -> Bool { CallLane.leavesUncounted(CallEntry(self)) }
}
