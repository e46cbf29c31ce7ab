internal import CCallCounts
internal import Synchronization

/// How many calls one thread has made to one generation, and how many of them it is in.
///
/// Only its thread writes it, so that no call waits for another processor to give the memory up. A call costs one locked
/// operation on the way in, which orders the count before the look whether the lane is closed, and none on the way out.
@safe
struct CallCount: ~Copyable {
    /// The number of the lane whose calls these are; 0 for none.
    ///
    /// It is written with the lock of ``CallCounts``.
    let lane = Atomic<UInt64>(0)
    /// Where the lane's sum is, to add to it what was counted.
    private let home = Atomic<UInt>(0)
    private let current = Atomic<UInt64>(0)
    private let ended = Atomic<UInt64>(0)

    /// Calls in flight.
    var inFlight: UInt64 {
        current.load(ordering: .sequentiallyConsistent)
    }

    /// Calls that were answered.
    var answered: UInt64 {
        ended.load(ordering: .relaxed)
    }

    /// Counts a call in.
    ///
    /// Whoever closes the lane and does not see this count afterwards is seen by a look at the lane that comes now.
    @inline(__always)
    func enters() {
        current.wrappingAdd(1, ordering: .sequentiallyConsistent)
    }

    /// Counts a call out, as answered.
    @inline(__always)
    func leaves() {
        ended.store(ended.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
        leavesUncounted()
    }

    /// Counts out what was no call.
    ///
    /// The look at the lane that follows may come before others see the count: who falls asleep over it has every thread pass
    /// a barrier first.
    @inline(__always)
    func leavesUncounted() {
        current.store(current.load(ordering: .relaxed) &- 1, ordering: .releasing)
        call_counts_keep_order()
    }

    /// Adds what was counted to its lane's sum, and begins to count the calls of another.
    func begin(_ lane: UInt64, sum next: UnsafePointer<CallSum>?) {
        let last = unsafe UnsafePointer<CallSum>(bitPattern: home.load(ordering: .relaxed))
        unsafe last?.pointee.add(inFlight: inFlight, answered: answered)
        self.lane.store(lane, ordering: .relaxed)
        home.store(UInt(bitPattern: next), ordering: .relaxed)
        current.store(0, ordering: .relaxed)
        ended.store(0, ordering: .relaxed)
    }
}
