import CPluginABI
import LinuxSystem
import Synchronization
import TestSupport
import Testing

@testable import PluginHost

@Suite("Calls that threads count themselves", .timeLimit(.minutes(10)))
struct CallCountsTests {
    private static func makeSlot() -> PluginSlot {
        PluginSlot(id: "a", maximumHeld: 64, refusal: PluginError(code: .notFound, message: ""), onFailures: { _ in })
    }

    private static func makeLane(isExclusive: Bool = false) -> UnsafePointer<CallLane> {
        CallLane.make(generation: 1, isExclusive: isExclusive, execute: { _, _, _, _ in PH_OK }, context: nil)
    }

    /// What a thread of its own does, which is gone afterwards.
    private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DetachedThread.start(name: "caller") { continuation.resume(returning: body()) }
        }
    }

    @Test("are in the lane's figures, and stay there when their thread ends")
    func counts() async {
        let slot = Self.makeSlot()
        nonisolated(unsafe) let lane = Self.makeLane()
        slot.open(lane)
        let seen = await Self.onThread {
            lane.pointee.countByThread()
            let calls = (0..<300).compactMap { _ in slot.enterAtOnce() }
            let during = (lane.pointee.inFlight, lane.pointee.answered, calls.filter { $0.count != nil }.count)
            for call in calls.dropLast() { slot.leave(call) }
            slot.leaveUncounted(calls[299])
            return [during.0, Int(during.1), during.2, lane.pointee.inFlight, Int(lane.pointee.answered)]
        }
        #expect(seen == [300, 0, 300, 0, 299])
        #expect(lane.pointee.answered == 299)
        while CallCounts.sum(of: lane.pointee.number, { 0 }, { $0.answered }) != 0 { await Task.yield() }
        #expect(lane.pointee.answered == 299)
    }

    @Test("are those of a lane that is called often and takes several at once")
    func choosesLanes() throws {
        let handle = Self.makeSlot()
        for isExclusive in [false, true] {
            let lane = Self.makeLane(isExclusive: isExclusive)
            handle.open(lane)
            let plugin = PluginHandle(slot: handle)
            for _ in 0..<63 { _ = try plugin.call("method") }
            #expect(CallRow.own?[lane.pointee.number] == nil)
            for _ in 0..<3 { _ = try plugin.call("method") }
            #expect((CallRow.own?[lane.pointee.number] == nil) == isExclusive)
            #expect(lane.pointee.answered == 66)
        }
        #expect(handle.latencies.histogram.counts.reduce(0, +) == 128)
    }

    @Test("give their place up for another lane's, unless one is in flight")
    func changePlaces() {
        let slot = Self.makeSlot()
        let lanes = (0..<9).map { _ in Self.makeLane() }
        let (first, last) = (lanes[0], lanes[8])
        slot.open(first)
        first.pointee.countByThread()
        let inside = slot.enterAtOnce()
        last.pointee.countByThread()
        #expect(CallRow.own?[last.pointee.number] == nil && first.pointee.inFlight == 1)
        if let inside { slot.leave(inside) }
        last.pointee.countByThread()
        #expect(CallRow.own?[last.pointee.number] != nil && CallRow.own?[first.pointee.number] == nil)
        #expect(first.pointee.inFlight == 0 && first.pointee.answered == 1)
        // What is counted by the lane now is added to it.
        if let again = slot.enterAtOnce() { slot.leave(again) }
        #expect(first.pointee.answered == 2)
    }

    @Test("stay in flight for ever if their thread ends in one")
    func endInside() async {
        let slot = Self.makeSlot()
        nonisolated(unsafe) let lane = Self.makeLane()
        slot.open(lane)
        _ = await Self.onThread {
            lane.pointee.countByThread()
            return slot.enterAtOnce() != nil
        }
        #expect(slot.closeAndDrain(lane, within: 5_000_000) == false)
        #expect(lane.pointee.inFlight == 1)
    }

    @Test("are turned away while the lane is closed, and waited for when it is drained (HR-4)")
    func close() throws {
        let slot = Self.makeSlot()
        let lane = Self.makeLane()
        slot.open(lane)
        lane.pointee.countByThread()
        let inside = try #require(slot.enterAtOnce())
        #expect(inside.count != nil)
        #expect(slot.closeAndDrain(lane, within: 5_000_000) == false)
        #expect(slot.closeWhenIdle(lane, until: .now.advanced(by: .milliseconds(5))) == false)
        #expect(lane.pointee.isClosed == false)
        slot.leave(inside)
        #expect(slot.closeAndDrain(lane, within: 0))
        #expect(slot.enterAtOnce() == nil)
        #expect(lane.pointee.inFlight == 0 && lane.pointee.answered == 1)
        slot.reopen(lane)
        #expect(slot.closeWhenIdle(lane, until: .now))
    }

    @Test("are never in a lane that was drained, whichever way it was closed (HR-4)", arguments: [false, true])
    func race(waitsForIdle: Bool) async {
        let scene = Scene(slot: Self.makeSlot(), lane: Self.makeLane())
        let rounds = Torture.rounds(short: 2000, long: 200_000)
        async let callers: [Void] = withTaskGroup { group in
            for _ in 0..<4 { group.addTask { await Self.onThread { scene.call() } } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let drained = await Self.onThread { scene.close(rounds, waitsForIdle: waitsForIdle) }
        _ = await callers
        #expect(drained == rounds)
        #expect(scene.figures == [0, scene.answered.load(ordering: .relaxed)])
    }

    /// Threads that call, and one that closes the lane again and again.
    @safe
    private final class Scene: Sendable {
        private let slot: PluginSlot
        private nonisolated(unsafe) let lane: UnsafePointer<CallLane>
        private let inside = Atomic(0)
        private let isOver = Atomic(false)
        let answered = Atomic<UInt64>(0)

        init(slot: PluginSlot, lane: UnsafePointer<CallLane>) {
            self.slot = slot
            unsafe self.lane = lane
            slot.open(lane)
        }

        var figures: [UInt64] { [UInt64(lane.pointee.inFlight), lane.pointee.answered] }

        /// Calls until it is over, counting what the lane has to count as well.
        func call() {
            lane.pointee.countByThread()
            while !isOver.load(ordering: .relaxed) {
                guard let call = try? slot.enter(until: nil) else { continue }
                inside.wrappingAdd(1, ordering: .relaxed)
                inside.wrappingSubtract(1, ordering: .relaxed)
                answered.wrappingAdd(1, ordering: .relaxed)
                slot.leave(call)
            }
        }

        /// How often the lane was closed with nobody in it.
        func close(_ rounds: Int, waitsForIdle: Bool) -> Int {
            defer { isOver.store(true, ordering: .relaxed) }
            return (0..<rounds).filter { _ in
                let limit = UInt64(60_000_000_000)
                let isClosed =
                    waitsForIdle
                    ? slot.closeWhenIdle(lane, until: .now.advanced(byNanoseconds: limit))
                    : slot.closeAndDrain(lane, within: limit)
                defer { if isClosed { slot.reopen(lane) } }
                return isClosed && inside.load(ordering: .relaxed) == 0
            }.count
        }
    }
}
