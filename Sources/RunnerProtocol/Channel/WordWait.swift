internal import LinuxSystem
internal import Synchronization

/// Waiting for the other side of a lane to change its word: awake at first if that may help, then asleep.
///
/// No wake-up is lost. Who posts stores its word and then looks at the other's flag; who waits stores its flag and then
/// looks at the word; between the two steps each has a fence, so at least one of them sees what the other has stored. If
/// the poster sees the flag, it wakes; if the waiter sees the word, it does not sleep. A word that changes between that
/// look and the sleep is seen by the kernel, which compares it once more as one step with falling asleep.
///
/// The flag says whether a wake-up is worth its system call, and no more: if it lies, the other side wakes in vain, or the
/// waiter sleeps on to the end of its slice.
@safe
struct WordWait {
    /// The longest sleep of who wants to look at other things in between, in nanoseconds.
    ///
    /// It is computed with on the way to each sleep, when little of the code is in the processor's caches.
    private static let slice: UInt64 = 250_000_000
    /// How often the word is looked at before the clock is.
    private static let burst = 32
    /// How often it is looked at without a pause at first: a pause takes longer than what comes at once.
    private static let eagerLooks = 300

    /// Changed by the other side.
    private let word: UnsafeMutablePointer<Atomic<UInt32>>
    /// Read by the other side: whether it has to wake this one.
    private let sleeps: UnsafeMutablePointer<Atomic<UInt32>>
    /// What the word is before it changes.
    private let old: UInt32

    @inline(__always)
    init(for word: Int, from old: UInt32, flag: Int, in lane: SharedFields) {
        unsafe self.word = lane.word(word)
        unsafe sleeps = lane.word(flag)
        self.old = old
    }

    /// Waits until the word has changed, and says what to; `nil` if it has not by the deadline, or by the end of the slice.
    ///
    /// The budget says how long to be awake, `nil` for not at all; nothing is learnt from who is told to be ready.
    @inline(__always)
    func wait(
        budget: inout SpinBudget?,
        _ wakefulness: Wakefulness = .usual,
        until deadline: MonotonicInstant?,
        inSlices: Bool
    ) -> UInt32? {
        if let value = changed() { return value }
        return waitOn(budget: &budget, wakefulness, until: deadline, inSlices: inSlices)
    }

    private func waitOn(
        budget: inout SpinBudget?,
        _ wakefulness: Wakefulness,
        until deadline: MonotonicInstant?,
        inSlices: Bool
    ) -> UInt32? {
        if wakefulness == .ready {
            if let (value, _) = spin(for: Wakefulness.readiness, givingWay: true) { return value }
        } else {
            let duration = budget?.next(at: { MonotonicInstant.now.nanoseconds }) ?? 0
            if duration > 0 {
                if let (value, spent) = spin(for: duration, givingWay: wakefulness == .givingWay) {
                    budget?.met(after: spent)
                    return value
                }
                budget?.missed()
            }
        }
        guard inSlices else { return sleep(until: deadline?.nanoseconds ?? .max) }
        return sleep(until: min(MonotonicInstant.now.nanoseconds &+ Self.slice, deadline?.nanoseconds ?? .max))
    }

    @inline(__always)
    private func changed() -> UInt32? {
        let value = unsafe word.pointee.load(ordering: .acquiring)
        return value == old ? nil : value
    }

    /// Looks at the word for so long, and says what it has become, and after how many nanoseconds.
    private func spin(for duration: UInt32, givingWay: Bool) -> (UInt32, UInt64)? {
        for _ in 0..<Self.eagerLooks {
            if let value = changed() { return (value, 0) }
        }
        // What comes soon costs no look at the clock.
        if let value = lookForAWhile() { return (value, 0) }
        let start = MonotonicInstant.now.nanoseconds
        while true {
            if givingWay { Processors.giveWay() }
            let value = lookForAWhile()
            let spent = MonotonicInstant.now.nanoseconds - start
            if let value { return (value, spent) }
            guard spent < UInt64(duration) else { return nil }
        }
    }

    @inline(__always)
    private func lookForAWhile() -> UInt32? {
        for _ in 0..<Self.burst {
            if let value = changed() { return value }
            Processors.pause()
        }
        return changed()
    }

    private func sleep(until end: UInt64) -> UInt32? {
        unsafe sleeps.pointee.store(1, ordering: .relaxed)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        defer { unsafe sleeps.pointee.store(0, ordering: .relaxed) }
        while true {
            if let value = changed() { return value }
            unsafe Futex.wait(word, whileEqualTo: old, until: end)
            // Woken, it looks at nothing else first: each further page of code is a part of a microsecond by then.
            if let value = changed() { return value }
            if end != .max, MonotonicInstant.now.nanoseconds >= end { return nil }
        }
    }
}

extension SharedFields {
    /// Tells the other side that something has been written: changes the word, and wakes who sleeps on it; says whether
    /// somebody was to be woken.
    @inline(__always)
    @discardableResult
    func post(_ word: Int, _ value: UInt32, flag: Int) -> Bool {
        // With the word, what was written before leaves this processor in one go: the other side, which looks at the line
        // all the time, does not take it away in between, as it would from an exchange.
        unsafe self.word(word).pointee.store(value, ordering: .releasing)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        guard unsafe self.word(flag).pointee.load(ordering: .relaxed) != 0 else { return false }
        unsafe Futex.wakeOne(self.word(word))
        return true
    }

    /// Says on a word that nobody will come any more, and wakes all who wait.
    func close(_ word: Int) {
        unsafe self.word(word).pointee.bitwiseOr(ChannelLayout.closed, ordering: .sequentiallyConsistent)
        unsafe Futex.wakeAll(self.word(word))
    }

    @inline(__always)
    func acquire(_ word: Int) -> UInt32 {
        unsafe self.word(word).pointee.load(ordering: .acquiring)
    }
}
