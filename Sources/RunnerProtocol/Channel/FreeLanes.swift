internal import LinuxSystem
internal import Synchronization

/// Which lanes nobody uses: one word, in memory of the host's own.
struct FreeLanes: ~Copyable {
    /// The number of no lane.
    static let none = -1
    private static let lifecycle: UInt64 = 1

    private let free: Atomic<UInt64>
    /// The bit of the lane that was used last: its server is the likeliest to be awake.
    private let recent = Atomic<UInt64>(0)
    private let lifecycleQueue = LaneQueue()
    private let callQueue = LaneQueue()

    init(lanes: Int) {
        free = Atomic(lanes == UInt64.bitWidth ? .max : (1 << UInt64(lanes)) - 1)
    }

    /// Takes the lane for lifecycle functions, or the best of the others, if there is one.
    @inline(__always)
    func take(forLifecycle isLifecycle: Bool) -> Int? {
        let candidates = isLifecycle ? Self.lifecycle : ~Self.lifecycle
        var all = free.load(ordering: .relaxed)
        while true {
            let some = all & candidates
            guard some != 0 else { return nil }
            let last = some & recent.load(ordering: .relaxed)
            // Else the lowest: of few lanes that are used, each is used often.
            let index = (last != 0 ? last : some).trailingZeroBitCount
            // Acquiring: what the user before has left behind belongs to this one.
            let result = free.weakCompareExchange(
                expected: all,
                desired: all & ~(1 << UInt64(index)),
                ordering: .acquiring
            )
            if result.exchanged { return index }
            all = result.original
        }
    }

    /// The same, waiting until the deadline.
    func take(forLifecycle isLifecycle: Bool, until deadline: MonotonicInstant, unless isOver: () -> Bool) -> Int? {
        // What is over ends the wait as a lane does.
        let lane =
            isLifecycle
            ? lifecycleQueue.wait(until: deadline) { isOver() ? Self.none : take(forLifecycle: true) }
            : callQueue.wait(until: deadline) { isOver() ? Self.none : take(forLifecycle: false) }
        return lane == Self.none ? nil : lane
    }

    @inline(__always)
    func put(_ index: Int) {
        let bit: UInt64 = 1 << UInt64(index)
        guard index != 0 else {
            free.bitwiseOr(bit, ordering: .sequentiallyConsistent)
            lifecycleQueue.signal()
            return
        }
        recent.store(bit, ordering: .relaxed)
        free.bitwiseOr(bit, ordering: .sequentiallyConsistent)
        callQueue.signal()
    }

    /// Has all who wait look again.
    func wakeAll() {
        lifecycleQueue.wakeAll()
        callQueue.wakeAll()
    }
}
