internal import CPluginABI
internal import Glibc
internal import LinuxSystem
internal import Synchronization

/// The place of one plugin in the host: which generation serves its calls, and where calls wait.
///
/// It outlives generations; handles point at it. The fast path of a call (see ``PluginHandle``) uses only `current` and
/// the lane; everything here that locks is the slow path.
final class PluginSlot: Sendable {
    /// Who waits, and why nobody serves.
    private struct Waiting {
        var held = 0
        /// Those that are held, and the reload that waits for an idle moment.
        var sleepers = 0
        var refusal: PluginError
        /// The addresses of the lanes of a generation that is lost, and of one that is paused; lanes are never freed.
        var lost: UInt = 0
        var paused: UInt = 0
    }

    let id: String
    private let maximumHeld: Int
    /// The address of the lane of the generation that serves; 0 if none does.
    private let lane = Atomic<UInt>(0)
    private let waiting: Monitor<Waiting>
    /// How long calls took, over all generations.
    let latencies = LatencyRecorder()
    private let turnedAwayCalls = Atomic<UInt64>(0)
    /// Is told of the generation that failed more calls than its limit.
    private let failureHandler: @Sendable (UInt64) -> Void

    init(id: String, maximumHeld: Int, refusal: PluginError, onFailures: @escaping @Sendable (UInt64) -> Void) {
        self.id = id
        self.maximumHeld = maximumHeld
        waiting = Monitor(Waiting(refusal: refusal))
        failureHandler = onFailures
    }

    /// The lane of the generation that serves.
    @inline(__always)
    var current: UnsafePointer<CallLane>? {
        unsafe UnsafePointer(bitPattern: lane.load(ordering: .acquiring))
    }

    /// How many calls wait.
    var held: Int {
        waiting.withLock { $0.held }
    }

    // MARK: Calls

    /// Counts a call in, if a generation takes it without waiting.
    @inline(__always)
    func enterAtOnce() -> CallEntry? {
        guard let lane = unsafe current else { return nil }
        var wakes = false
        if let entry = unsafe CallLane.enters(lane, wakes: &wakes) { return entry }
        if wakes { wake() }
        return nil
    }

    /// Counts a call out.
    @inline(__always)
    func leave(_ entry: CallEntry) {
        if CallLane.leaves(entry) { wake() }
    }

    /// Counts out a call that was not made, or a visit.
    func leaveUncounted(_ entry: CallEntry) {
        if CallLane.leavesUncounted(entry) { wake() }
    }

    /// Visits the generation of a lane, as a call would, without being counted as one.
    ///
    /// Throws `not-found` if another has taken its place before the visit could begin: its instance may be gone. One that is
    /// lost is not waited for: what takes its place may wait for who visits. Nor is one that is paused by hand, or for another:
    /// that may last, and who lets it go on may wait for who visits.
    func visit<Result>(
        _ expected: UnsafePointer<CallLane>,
        until deadline: MonotonicInstant?,
        _ body: () throws(PluginError) -> Result
    ) throws(PluginError) -> Result {
        let entry = try enter(until: deadline, visiting: UInt(bitPattern: expected))
        unsafe entry.lane.pointee.countVisit(1)
        defer {
            unsafe entry.lane.pointee.countVisit(-1)
            leaveUncounted(entry)
        }
        guard unsafe entry.lane == expected else { throw unsafe replaced(expected) }
        return try body()
    }

    /// Counts a call of a generation that did not end well.
    @inline(never)
    func count(_ status: ph_status_t, in lane: UnsafePointer<CallLane>) {
        if PluginError.countsAgainstPlugin(status) {
            if unsafe lane.pointee.countsFailureOverLimit() { unsafe failureHandler(lane.pointee.generation) }
        } else if status == PH_TIMED_OUT {
            unsafe lane.pointee.countsTimeout()
        } else {
            unsafe lane.pointee.countsRefusal()
        }
    }

    /// Takes note of how long a call took that began at a moment in nanoseconds.
    @inline(never)
    func noteTime(since began: UInt64) {
        latencies.record(MonotonicInstant.now.nanoseconds &- began)
    }

    /// How many calls never reached a generation.
    var turnedAway: UInt64 {
        turnedAwayCalls.load(ordering: .relaxed)
    }

    /// Counts a call that never reached a generation.
    func countTurnedAway() {
        turnedAwayCalls.wrappingAdd(1, ordering: .relaxed)
    }

    /// Begins to count anew: the plugin was gone and has come back.
    func resetFigures() {
        latencies.reset()
        turnedAwayCalls.store(0, ordering: .relaxed)
    }

    /// Counts a call in, waiting while calls are held or while the plugin serves another and takes one at a time.
    ///
    /// A nested call belongs to one that is in flight in some plugin. It is let into a generation that is being drained: a
    /// call in there may be waiting, by way of other plugins, for just this one.
    ///
    /// A visit, of the lane of an address, is the host's own: it is not among the calls that are held, and no limit of these is about it.
    func enter(
        until deadline: MonotonicInstant?,
        isNested: Bool = false,
        visiting visited: UInt = 0
    ) throws(PluginError) -> CallEntry {
        let isVisit = visited != 0
        let call = isVisit ? 0 : 1
        if isNested, let entry = waiting.withLock({ _ in enterDraining() }) { return entry }
        if let entry = enterSoon() { return entry }
        let refusal: PluginError? = waiting.withLock { waiting in
            guard isVisit || waiting.held < maximumHeld else {
                return PluginError(
                    code: .busy,
                    message: "\(id): \(waiting.held) calls are held already, which is the limit; try again later"
                )
            }
            waiting.held += call
            waiting.sleepers += 1
            return nil
        }
        if let refusal { throw refusal }
        let entry = waiting.wait(for: .entry, until: deadline) { waiting -> Result<CallEntry, PluginError>? in
            guard let lane = unsafe current else { return .failure(waiting.refusal) }
            if isVisit, let obstacle = unsafe obstacle(to: visited, at: lane, waiting) {
                return .failure(obstacle)
            }
            unsafe lane.pointee.setAwaited(true)
            if isNested, let entry = enterDraining() { return .success(entry) }
            return tryToEnter().map { .success($0) }
        }
        waiting.withLock { waiting in
            waiting.held -= call
            stopSleeping(&waiting)
        }
        guard let entry else {
            throw PluginError(
                code: .timedOut,
                message:
                    "\(id): the deadline passed before the call could be made; the plugin is busy, paused, or being reloaded"
            )
        }
        return try entry.get()
    }

    /// Why there is nothing to wait for when the lane of an address is to be visited, while another or the same serves.
    private func obstacle(
        to visited: UInt,
        at lane: UnsafePointer<CallLane>,
        _ waiting: Waiting
    ) -> PluginError? {
        if visited == waiting.lost {
            return PluginError(code: .crashed, message: "\(id): the generation that serves is lost")
        }
        if visited == waiting.paused {
            return PluginError(code: .illegalTransition, message: "\(id): the generation that serves is paused")
        }
        guard UInt(bitPattern: lane) != visited, let visited = unsafe UnsafePointer<CallLane>(bitPattern: visited)
        else { return nil }
        return unsafe replaced(visited)
    }

    private func replaced(_ lane: UnsafePointer<CallLane>) -> PluginError {
        let generation = unsafe lane.pointee.generation
        return PluginError(code: .notFound, message: "\(id): generation \(generation) was replaced meanwhile")
    }

    /// Takes note that the generation of a lane is lost: calls wait for what takes its place, and visits of it end.
    func lose(_ lane: UnsafePointer<CallLane>) {
        unsafe lane.pointee.close()
        let address = UInt(bitPattern: lane)
        waiting.withLock { $0.lost = address }
        waiting.broadcast(.entry)
    }

    /// Counts a call in if that is possible before a thread could fall asleep and be woken.
    ///
    /// Most switches take less than that, and so do most calls of a plugin that serves one at a time. On one processor
    /// nothing changes while this thread runs.
    private func enterSoon() -> CallEntry? {
        for _ in 0..<(Processors.areSeveral ? 256 : 1) {
            guard let lane = unsafe current else { return nil }
            // A look first: a closed lane is not to be written to by all who wait for it.
            if unsafe !lane.pointee.isClosed, let entry = enterAtOnce() { return entry }
            Processors.pause()
        }
        return nil
    }

    /// Asks for no more wake-ups when the last one that waited has gone.
    private func stopSleeping(_ waiting: inout Waiting) {
        waiting.sleepers -= 1
        if waiting.sleepers == 0, let lane = unsafe current { unsafe lane.pointee.setAwaited(false) }
    }

    /// Counts a call in for which the calls that are drained may wait, with the lock held.
    private func enterDraining() -> CallEntry? {
        guard let lane = unsafe current, unsafe lane.pointee.entersWhileDraining() else { return nil }
        return unsafe CallEntry(lane)
    }

    /// Counts a call in, with the lock held: who drains can't be between a look and its sleep.
    private func tryToEnter() -> CallEntry? {
        guard let lane = unsafe current else { return nil }
        var wakes = false
        if let entry = unsafe CallLane.enters(lane, wakes: &wakes) { return entry }
        if wakes { waiting.broadcast(.drained) }
        return nil
    }

    /// Wakes who waits for a call to end: one that wants to enter, and the reload that drains.
    @inline(never)
    private func wake() {
        // Having had the lock, the signal can't fall between somebody's look and their sleep.
        waiting.withLock { _ in }
        waiting.signal(.entry)
        waiting.broadcast(.drained)
    }

    // MARK: Switching

    /// Holds new calls and waits until those in flight have ended, for so many nanoseconds.
    ///
    /// Returns `false`, with the lane open again, if they have not by then.
    func closeAndDrain(_ lane: UnsafePointer<CallLane>, within limit: UInt64) -> Bool {
        // With the lock: a nested call must not find the lane closed, but not drained yet, and fall asleep over it.
        if waiting.withLock({ _ in unsafe lane.pointee.closesForDrain() }) { return true }
        let isEmpty = unsafe drain(lane, until: .now.advanced(byNanoseconds: limit))
        unsafe lane.pointee.endDrain()
        if !isEmpty { unsafe reopen(lane) }
        return isEmpty
    }

    /// Waits until the calls in flight in a closed lane have ended.
    func drain(_ lane: UnsafePointer<CallLane>, until deadline: MonotonicInstant) -> Bool {
        // Most calls end before a thread could fall asleep and be woken.
        for _ in 0..<(Processors.areSeveral ? 64 : 1) {
            if waiting.withLock({ _ in unsafe endsDrain(lane) }) { return true }
            Processors.pause()
        }
        CallCounts.settle()
        return waiting.wait(for: .drained, until: deadline) { _ in unsafe endsDrain(lane) ? true : nil } ?? false
    }

    /// Whether a lane is drained, with the lock held; lets no nested call in from then on.
    private func endsDrain(_ lane: UnsafePointer<CallLane>) -> Bool {
        guard unsafe lane.pointee.inFlight == 0 else { return false }
        unsafe lane.pointee.endDrain()
        return true
    }

    /// Closes the lane at the first moment with no call in flight; returns `false` if there was none by the deadline.
    func closeWhenIdle(_ lane: UnsafePointer<CallLane>, until deadline: MonotonicInstant) -> Bool {
        waiting.withLock { $0.sleepers += 1 }
        defer { waiting.withLock { stopSleeping(&$0) } }
        unsafe lane.pointee.setAwaited(true)
        CallCounts.settle()
        return waiting.wait(for: .drained, until: deadline) { _ in
            unsafe lane.pointee.setAwaited(true)
            return unsafe lane.pointee.closesIfIdle() ? true : nil
        } ?? false
    }

    /// Has visits of a closed lane end, until it is opened again.
    func pause(_ lane: UnsafePointer<CallLane>) {
        let address = UInt(bitPattern: lane)
        waiting.withLock { $0.paused = address }
        waiting.broadcast(.entry)
    }

    /// Lets calls into a lane again.
    func reopen(_ lane: UnsafePointer<CallLane>) {
        unsafe lane.pointee.reopen()
        waiting.withLock { $0.paused = 0 }
        waiting.broadcast(.entry)
    }

    /// Makes a generation the one that serves; calls that were held go to it.
    func open(_ next: UnsafePointer<CallLane>) {
        lane.store(UInt(bitPattern: next), ordering: .sequentiallyConsistent)
        let sleepers = waiting.withLock { $0.sleepers }
        waiting.broadcast(.entry)
        // Those who are woken may have been put behind this thread, whose rest is not urgent.
        if sleepers > 0 { sched_yield() }
    }

    /// Leaves the plugin without a generation; calls are refused with this error.
    func shut(_ refusal: PluginError) {
        lane.store(0, ordering: .sequentiallyConsistent)
        waiting.withLock { $0.refusal = refusal }
        waiting.broadcast(.entry)
    }
}
