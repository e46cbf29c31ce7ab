internal import PluginLoading
internal import Synchronization

/// The way into one generation: how many calls are in it, whether it is closed, and the function that serves them.
///
/// Threads that call often count their calls themselves (``CallCounts``). For all others, and for a plugin that takes one call at
/// a time, all that changes is one word, and a call costs one atomic addition on the way in and one on the way out:
///
/// - bit 63: closed; nobody may enter. It is set on a generation that is drained or retired.
/// - bit 62: the count of calls has reached half of its field and is moved to `sum`.
/// - bits 24 to 61: calls that were answered.
/// - bit 23: somebody waits for a call to end.
/// - bits 0 to 22: calls in flight.
///
/// A caller that counted itself in and then saw the lane open is seen by whoever closes it afterwards: both are operations on
/// the same word, or each is one on a word of its own, followed by a look at the other's. A lane is never freed. A thread may
/// hold the address of one that was retired long ago, and its image stays mapped for ever anyway.
@safe
struct CallLane: ~Copyable {
    /// The status of a call that was not made, because its runner is gone: it waits for what takes the runner's place.
    static let again = Int32.min

    private static let closed: UInt64 = 1 << 63
    private static let awaited: UInt64 = 1 << 23
    private static let watched = closed | awaited
    private static let half: UInt64 = 1 << 62
    private static let inFlightMask: UInt64 = (1 << 23) - 1
    private static let oneCall: UInt64 = 1 << 24
    /// So many calls of a generation are timed at first.
    static let timedFirst: UInt64 = 64
    /// Of how many calls one is timed then; a power of two.
    static let sampling: UInt64 = 256
    private static let callsMask: UInt64 = (1 << 62) - oneCall
    private static let made = Atomic<UInt64>(0)

    /// The number of the lane among all of the process, from 1 on.
    let number = CallLane.made.wrappingAdd(1, ordering: .relaxed).newValue
    /// The number of the generation.
    let generation: UInt64
    let isExclusive: Bool
    /// The plugin's place in the record of a supervised host; 0 if its code does not run in this process.
    let place: UInt16
    let execute: ImageInstance.Execute
    let context: UnsafeMutableRawPointer?

    private let word = Atomic<UInt64>(0)
    private let sum = unsafe CallSum.make()
    private let failed = Atomic<UInt64>(0)
    /// Whether the lane is closed only for as long as it takes to drain it.
    private let isDraining = Atomic(false)
    /// With which failed call the generation is reported; the highest number for never.
    private let failureLimit = Atomic<UInt64>(.max)
    private let refused = Atomic<UInt64>(0)
    private let timedOut = Atomic<UInt64>(0)
    /// How many of those in flight are the host's own visits.
    private let visitors = Atomic<Int>(0)

    /// Makes a lane, which is never freed.
    static func make(
        generation: UInt64,
        isExclusive: Bool,
        place: UInt16 = 0,
        execute: @escaping ImageInstance.Execute,
        context: UnsafeMutableRawPointer?
    ) -> UnsafePointer<CallLane> {
        let lane = UnsafeMutablePointer<CallLane>.allocate(capacity: 1)
        unsafe lane.initialize(
            to: CallLane(
                generation: generation,
                isExclusive: isExclusive,
                place: place,
                execute: execute,
                context: context
            )
        )
        return unsafe UnsafePointer(lane)
    }

    init(
        generation: UInt64,
        isExclusive: Bool,
        place: UInt16 = 0,
        execute: @escaping ImageInstance.Execute,
        context: UnsafeMutableRawPointer?
    ) {
        self.generation = generation
        self.isExclusive = isExclusive
        self.place = place
        unsafe self.execute = execute
        unsafe self.context = context
    }

    // MARK: In and out

    /// Counts a call in, unless the lane is closed or serves one at a time and is busy.
    ///
    /// `nil` if the call is not in; nothing is counted then, but somebody may have to be woken (see `leave`).
    @inline(__always)
    static func enters(_ lane: UnsafePointer<CallLane>, wakes: inout Bool) -> CallEntry? {
        guard let count = unsafe CallRow.own?[lane.pointee.number] else {
            return unsafe lane.pointee.enters(wakes: &wakes).map { unsafe CallEntry(lane, isTimed: isSample($0)) }
        }
        let answered = unsafe count.pointee.answered
        unsafe count.pointee.enters()
        if unsafe lane.pointee.word.load(ordering: .sequentiallyConsistent) & closed == 0 {
            return unsafe CallEntry(lane, count, isTimed: (answered &+ 1) & (sampling &- 1) == 0)
        }
        unsafe count.pointee.leavesUncounted()
        wakes = true
        return nil
    }

    /// Counts a call in that the lane counts; returns what the word was.
    @inline(__always)
    private func enters(wakes: inout Bool) -> UInt64? {
        if isExclusive {
            var old = word.load(ordering: .relaxed)
            // Again as long as nobody is in it: who fell asleep now would be woken by nobody.
            while old & (Self.closed | Self.inFlightMask) == 0 {
                let result = word.weakCompareExchange(expected: old, desired: old &+ 1, ordering: .acquiring)
                if result.exchanged { return old }
                old = result.original
            }
            return nil
        }
        let old = word.wrappingAdd(1, ordering: .acquiring).oldValue
        if old & Self.closed == 0 { return old }
        wakes = word.wrappingSubtract(1, ordering: .releasing).newValue & Self.watched != 0
        return nil
    }

    /// Whether the call that has found this word is one of those that are timed: the first ones, and then one of many.
    ///
    /// The word is at hand and counts the calls anyway, so the choice costs two comparisons.
    @inline(__always)
    private static func isSample(_ word: UInt64) -> Bool {
        word & ((sampling &- 1) &* oneCall) == 0 || word < timedFirst &* oneCall
    }

    /// Takes note of a call that was timed: its thread counts the next ones itself, when the first ones of the lane, which are all
    /// timed, are over.
    static func wasTimed(_ entry: CallEntry) {
        let lane = unsafe entry.lane
        guard unsafe entry.count == nil, unsafe !lane.pointee.isExclusive else { return }
        guard unsafe calls(lane.pointee.word.load(ordering: .relaxed)) >= timedFirst &- 1 else { return }
        unsafe lane.pointee.countByThread()
    }

    /// Has the present thread count its calls of this lane itself.
    func countByThread() {
        unsafe CallCounts.take(number, sum: sum)
    }

    /// Counts a call out, as answered; says whether somebody waits for that.
    @inline(__always)
    static func leaves(_ entry: CallEntry) -> Bool {
        guard let count = unsafe entry.count else { return unsafe entry.lane.pointee.leaves() }
        unsafe count.pointee.leaves()
        return unsafe entry.lane.pointee.isWatched
    }

    /// Counts out a visit that was no call; says whether somebody waits for that.
    static func leavesUncounted(_ entry: CallEntry) -> Bool {
        guard let count = unsafe entry.count else {
            return unsafe entry.lane.pointee.word.wrappingSubtract(1, ordering: .releasing).newValue & watched != 0
        }
        unsafe count.pointee.leavesUncounted()
        return unsafe entry.lane.pointee.isWatched
    }

    /// Whether somebody waits for calls to end.
    @inline(__always)
    private var isWatched: Bool {
        word.load(ordering: .relaxed) & Self.watched != 0
    }

    /// Counts a call out that the lane has counted in.
    @inline(__always)
    private func leaves() -> Bool {
        let (old, new) = word.wrappingAdd(Self.oneCall &- 1, ordering: .releasing)
        return new & (Self.watched | Self.half) != 0 && leavesSpecially(old, new)
    }

    @inline(never)
    private func leavesSpecially(_ old: UInt64, _ new: UInt64) -> Bool {
        if (old ^ new) & Self.half != 0 { fold() }
        return new & Self.watched != 0
    }

    /// Moves half a field of calls away before the count reaches the bit that closes the lane.
    private func fold() {
        unsafe sum.pointee.add(answered: Self.half / Self.oneCall)
        word.wrappingSubtract(Self.half, ordering: .relaxed)
    }

    // MARK: Closing

    func close() {
        isDraining.store(false, ordering: .relaxed)
        word.bitwiseOr(Self.closed, ordering: .sequentiallyConsistent)
    }

    func reopen() {
        word.bitwiseAnd(~Self.closed, ordering: .acquiringAndReleasing)
    }

    /// Closes the lane, but for the calls without which those that are in flight may not end; `true` if there are none.
    func closesForDrain() -> Bool {
        word.bitwiseOr(Self.closed, ordering: .sequentiallyConsistent)
        guard inFlight != 0 else { return true }
        isDraining.store(true, ordering: .releasing)
        return false
    }

    /// Closes the lane for all, when it was drained or could not be.
    func endDrain() {
        isDraining.store(false, ordering: .releasing)
    }

    /// Counts a call in while the lane is drained, as long as another is in flight that may wait for it.
    ///
    /// Who calls this, and who finds that the lane is drained, has the lock of the slot.
    func entersWhileDraining() -> Bool {
        guard !isExclusive, isDraining.load(ordering: .acquiring), isClosed, inFlight != 0 else { return false }
        word.wrappingAdd(1, ordering: .acquiring)
        return true
    }

    /// Closes the lane if no call is in flight; the calls that come in the moment in which that is found out are turned away.
    func closesIfIdle() -> Bool {
        guard inFlight == 0 else { return false }
        word.bitwiseOr(Self.closed, ordering: .sequentiallyConsistent)
        if inFlight == 0 { return true }
        reopen()
        return false
    }

    var isClosed: Bool {
        word.load(ordering: .acquiring) & Self.closed != 0
    }

    /// Asks for a wake-up by each call that ends, or asks no more.
    func setAwaited(_ isAwaited: Bool) {
        if isAwaited {
            word.bitwiseOr(Self.awaited, ordering: .sequentiallyConsistent)
        } else {
            word.bitwiseAnd(~Self.awaited, ordering: .acquiringAndReleasing)
        }
    }

    // MARK: Figures

    var inFlight: Int {
        let all = CallCounts.sum(
            of: number,
            { unsafe sum.pointee.inFlight &+ (word.load(ordering: .sequentiallyConsistent) & Self.inFlightMask) }
        ) { $0.inFlight }
        return Int(all)
    }

    /// The calls in flight, without the host's own visits.
    var callsInFlight: Int {
        let visitors = visitors.load(ordering: .acquiring)
        // A visit may have begun or ended between the two looks.
        return max(0, inFlight - visitors)
    }

    /// Counts a visit that has been counted in as what it is, or one that is about to be counted out.
    func countVisit(_ change: Int) {
        visitors.wrappingAdd(change, ordering: .acquiringAndReleasing)
    }

    var answered: UInt64 {
        CallCounts.sum(
            of: number,
            { unsafe sum.pointee.answered &+ Self.calls(word.load(ordering: .relaxed)) }
        ) { $0.answered }
    }

    private static func calls(_ word: UInt64) -> UInt64 {
        (word & callsMask) / oneCall
    }

    var failures: UInt64 {
        failed.load(ordering: .relaxed)
    }

    /// The calls that did not end well, by kind.
    var outcomes: CallOutcomes {
        CallOutcomes(
            failed: failures,
            refused: refused.load(ordering: .relaxed),
            timedOut: timedOut.load(ordering: .relaxed)
        )
    }

    /// Counts a call that the plugin has refused.
    func countsRefusal() {
        refused.wrappingAdd(1, ordering: .relaxed)
    }

    /// Counts a call that did not end by its deadline.
    func countsTimeout() {
        timedOut.wrappingAdd(1, ordering: .relaxed)
    }

    /// Counts a failed call; says whether it is the one that goes over the limit.
    func countsFailureOverLimit() -> Bool {
        // In this order, and not only at just this number: others fail while the limit is being set.
        let count = failed.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue
        let limit = failureLimit.load(ordering: .acquiring)
        return count >= limit
            && failureLimit.compareExchange(expected: limit, desired: .max, ordering: .relaxed).exchanged
    }

    /// Reports the generation with the first failed call beyond so many from now on.
    func limitFailures(to more: UInt64?) {
        failureLimit.store(more.map { failures &+ $0 &+ 1 } ?? .max, ordering: .relaxed)
    }
}
