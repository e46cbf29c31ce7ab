import CPluginABI
import LinuxSystem
import Testing

@testable import PluginHost

@Suite("A plugin's slot", .timeLimit(.minutes(10)))
struct PluginSlotTests {
    private static let nobody = PluginError(code: .notFound, message: "nobody serves")

    private static func makeSlot(maximumHeld: Int = 4) -> PluginSlot {
        PluginSlot(id: "a", maximumHeld: maximumHeld, refusal: nobody, onFailures: { _ in })
    }

    private static func makeLane(_ generation: UInt64) -> UnsafePointer<CallLane> {
        let lane = UnsafeMutablePointer<CallLane>.allocate(capacity: 1)
        lane.initialize(
            to: CallLane(generation: generation, isExclusive: false, execute: { _, _, _, _ in PH_OK }, context: nil)
        )
        return UnsafePointer(lane)
    }

    @Test("refuses calls while nobody serves")
    func refuses() {
        #expect(throws: Self.nobody) { _ = try Self.makeSlot().enter(until: nil) }
    }

    @Test("leads calls to the generation that is open")
    func leads() throws {
        let slot = Self.makeSlot()
        slot.open(Self.makeLane(1))
        let entry = try slot.enter(until: nil)
        #expect(entry.lane.pointee.generation == 1)
        slot.open(Self.makeLane(2))
        #expect(try slot.enter(until: nil).lane.pointee.generation == 2)
        slot.leave(entry)
    }

    @Test("visits only the generation that is meant: the instance of one that was replaced is gone")
    func visits() throws {
        let slot = Self.makeSlot()
        let (old, new) = (Self.makeLane(1), Self.makeLane(2))
        slot.open(old)
        #expect(try slot.visit(old, until: nil) { () throws(PluginError) in 7 } == 7)
        slot.open(new)
        let error = #expect(throws: PluginError.self) {
            try slot.visit(old, until: nil) { () throws(PluginError) in Issue.record("it is gone") }
        }
        #expect(error?.message == "a: generation 1 was replaced meanwhile")
        #expect(old.pointee.inFlight == 0 && new.pointee.inFlight == 0)
    }

    @Test("ends the visit of a generation that is lost, for which calls go on waiting (RS-7)")
    func lost() async throws {
        let slot = Self.makeSlot()
        let (old, new) = (Self.makeLane(1), Self.makeLane(2))
        slot.open(old)
        slot.lose(old)
        let error = #expect(throws: PluginError.self) {
            try slot.visit(old, until: nil) { () throws(PluginError) in Issue.record("it is lost") }
        }
        #expect(error?.code == .crashed)
        #expect(throws: PluginError.self) { _ = try slot.enter(until: .now.advanced(by: .milliseconds(5))) }
        slot.open(new)
        #expect(try slot.visit(new, until: nil) { () throws(PluginError) in 7 } == 7)
        slot.leave(try slot.enter(until: nil))
    }

    @Test("ends a visit when its generation is paused, while calls wait")
    func paused() throws {
        let slot = Self.makeSlot()
        let lane = Self.makeLane(1)
        slot.open(lane)
        #expect(slot.closeAndDrain(lane, within: 0))
        slot.pause(lane)
        let error = #expect(throws: PluginError.self) {
            try slot.visit(lane, until: nil) { () throws(PluginError) in
                Issue.record("it is paused")
            }
        }
        #expect(error?.code == .illegalTransition)
        #expect(throws: PluginError.self) { _ = try slot.enter(until: .now.advanced(by: .milliseconds(5))) }
        slot.reopen(lane)
        #expect(try slot.visit(lane, until: nil) { () throws(PluginError) in 7 } == 7)
    }

    @Test("ends the visit of a generation that was replaced by one that takes no calls yet")
    func replaced() throws {
        let slot = Self.makeSlot()
        let (old, new) = (Self.makeLane(1), Self.makeLane(2))
        new.pointee.close()
        slot.open(new)
        let error = #expect(throws: PluginError.self) {
            try slot.visit(old, until: nil) { () throws(PluginError) in Issue.record("it is gone") }
        }
        #expect(error?.message == "a: generation 1 was replaced meanwhile")
    }

    @Test("holds a call until its deadline, and no longer (HR-4)")
    func holdsUntilDeadline() {
        let slot = Self.makeSlot()
        let lane = Self.makeLane(1)
        slot.open(lane)
        #expect(slot.closeAndDrain(lane, within: 0))
        let error = #expect(throws: PluginError.self) {
            _ = try slot.enter(until: .now.advanced(by: .milliseconds(5)))
        }
        #expect(error?.code == .timedOut)
        #expect(error?.message.hasSuffix("busy, paused, or being reloaded") == true)
        #expect(slot.held == 0)
        slot.reopen(lane)
        #expect(throws: Never.self) { slot.leave(try slot.enter(until: .now)) }
    }

    @Test("refuses calls beyond those that it may hold, among which a visit is not")
    func full() {
        let slot = Self.makeSlot(maximumHeld: 0)
        let lane = Self.makeLane(1)
        slot.open(lane)
        lane.pointee.close()
        let call = #expect(throws: PluginError.self) { _ = try slot.enter(until: nil) }
        #expect(call?.code == .busy)
        let visit = #expect(throws: PluginError.self) {
            try slot.visit(lane, until: .now.advanced(by: .milliseconds(5))) { () throws(PluginError) in }
        }
        #expect(visit?.code == .timedOut)
    }

    @Test("opens the lane again when it does not drain in time")
    func reopensAfterDrain() throws {
        let slot = Self.makeSlot()
        let lane = Self.makeLane(1)
        slot.open(lane)
        let inside = try slot.enter(until: nil)
        #expect(slot.closeAndDrain(lane, within: 5_000_000) == false)
        #expect((lane.pointee.isClosed) == false)
        slot.leave(inside)
        #expect(slot.closeAndDrain(lane, within: 0))
    }

    @Test("lets a nested call in that comes while the lane is being closed, for the call that waits for it (HR-4)")
    func nestedWhileClosing() async throws {
        let slot = Self.makeSlot()
        nonisolated(unsafe) let lane = Self.makeLane(1)
        slot.open(lane)
        nonisolated(unsafe) let inside = try slot.enter(until: nil)
        let looks = Monitor(false)
        // Who closes is kept between closing and looking who is in flight: until the nested call sleeps, or waits for the lock.
        DetachedThread.start(name: "figures") {
            _ = CallCounts.sum(of: 0, { looks.keep() }, { $0.inFlight })
        }
        _ = looks.wait(for: .entry, until: nil) { $0 ? true : nil }
        DetachedThread.start(name: "nested") {
            while !lane.pointee.isClosed { Processors.giveWay() }
            let nested = try? slot.enter(until: nil, isNested: true)
            if let nested { slot.leave(nested) }
            slot.leave(inside)
        }
        #expect(slot.closeAndDrain(lane, within: 20_000_000_000))
    }

    @Test("tells those that are held why nobody serves any more")
    func shuts() async throws {
        let slot = Self.makeSlot()
        let lane = Self.makeLane(1)
        slot.open(lane)
        #expect(slot.closeAndDrain(lane, within: 0))
        let ends = AsyncStream<PluginError?>.makeStream()
        for _ in 0..<2 {
            DetachedThread.start(name: "caller") {
                do throws(PluginError) {
                    slot.leave(try slot.enter(until: nil))
                    ends.continuation.yield(nil)
                } catch {
                    ends.continuation.yield(error)
                }
            }
        }
        while slot.held < 2 { await Task.yield() }
        let reason = PluginError(code: .shuttingDown, message: "the host is stopping")
        slot.shut(reason)
        var told = ends.stream.makeAsyncIterator()
        let (first, second) = (await told.next(), await told.next())
        #expect(first == reason && second == reason)
        #expect(slot.held == 0)
        #expect(throws: reason) { _ = try slot.enter(until: nil) }
    }

    @Test("does not count a visit of the host's own among the calls in flight")
    func visitors() throws {
        let slot = Self.makeSlot()
        let lane = Self.makeLane(1)
        slot.open(lane)
        let call = try slot.enter(until: nil)
        try slot.visit(lane, until: nil) { () throws(PluginError) in
            #expect(lane.pointee.inFlight == 2 && lane.pointee.callsInFlight == 1)
        }
        #expect(lane.pointee.callsInFlight == 1)
        slot.leave(call)
        #expect(lane.pointee.inFlight == 0 && lane.pointee.callsInFlight == 0)
    }

    @Test(
        "takes a plugin's status for what it is, though it is the number by which a lost runner asks for another call"
    )
    func strangeStatus() throws {
        let slot = Self.makeSlot()
        slot.open(
            CallLane.make(generation: 1, isExclusive: false, execute: { _, _, _, _ in CallLane.again }, context: nil)
        )
        let error = #expect(throws: PluginError.self) { try PluginHandle(slot: slot).call("method") }
        #expect(error?.status == CallLane.again)
    }
}

extension Monitor<Bool> {
    /// Says that it has begun, and stays for as long as a thread needs to fall asleep.
    fileprivate func keep() -> UInt64 {
        withLock { $0 = true }
        broadcast(.entry)
        _ = Monitor<Void>(()).wait(for: .entry, until: .now.advanced(by: .milliseconds(100))) { _ -> Void? in nil }
        return 0
    }
}
