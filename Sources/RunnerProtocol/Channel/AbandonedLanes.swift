internal import LinuxSystem
internal import Synchronization

/// The lanes whose callers have left without an answer, and which are out of use until it comes.
final class AbandonedLanes: Sendable {
    private struct Entry {
        let index: Int
        /// The request that is not answered.
        let sequence: UInt32
        let moment: MonotonicInstant
    }

    /// How many there are, for a look that takes no lock.
    private let count = Atomic<Int>(0)
    private let entries = Mutex<[Entry]>([])

    var isEmpty: Bool {
        count.load(ordering: .acquiring) == 0
    }

    /// Takes a lane out of use.
    @inline(never)
    func add(_ index: Int, _ sequence: UInt32, in lane: SharedFields) {
        // From now on its server wakes whoever waits for it here, and nobody else changes the flag.
        unsafe lane.word(ChannelLayout.callerSleeps).pointee.store(1, ordering: .relaxed)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        entries.withLock { entries in
            entries.append(Entry(index: index, sequence: sequence, moment: .now))
            count.store(entries.count, ordering: .releasing)
        }
    }

    /// Hands over each lane that has been answered meanwhile, and is free again.
    func reclaim(in memory: ChannelMemory, _ body: (Int) -> Void) {
        guard !isEmpty else { return }
        let answered = entries.withLock { entries in
            let answered = entries.filter { memory.lane($0.index).isAnswered($0.sequence) }
            entries.removeAll { entry in answered.contains { $0.index == entry.index } }
            count.store(entries.count, ordering: .releasing)
            return answered
        }
        for entry in answered {
            let lane = memory.lane(entry.index)
            unsafe lane.word(ChannelLayout.callerSleeps).pointee.store(0, ordering: .relaxed)
            // Of several that waited for it, the server has woken one.
            unsafe Futex.wakeAll(lane.word(ChannelLayout.answerWord))
            body(entry.index)
        }
    }

    /// How many there are, and since when the oldest is one.
    var summary: (count: Int, oldest: MonotonicInstant?) {
        guard !isEmpty else { return (0, nil) }
        return entries.withLock { entries in (entries.count, entries.first?.moment) }
    }

    /// Sleeps until the oldest is answered, or for no reason; at the longest until the deadline.
    func waitForOldest(in memory: ChannelMemory, until deadline: MonotonicInstant) {
        guard let oldest = entries.withLock({ $0.first }) else { return }
        let lane = memory.lane(oldest.index)
        let value = lane.acquire(ChannelLayout.answerWord)
        if value & ~ChannelLayout.closed == oldest.sequence { return }
        unsafe Futex.wait(lane.word(ChannelLayout.answerWord), whileEqualTo: value, until: deadline.nanoseconds)
    }
}

extension SharedFields {
    /// Whether the server of this lane has answered a request.
    func isAnswered(_ sequence: UInt32) -> Bool {
        acquire(ChannelLayout.answerWord) & ~ChannelLayout.closed == sequence
    }
}
