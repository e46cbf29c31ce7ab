package import LinuxSystem
internal import Synchronization

/// The host's end of a channel: makes calls, from any number of threads at once.
///
/// All that the runner could have written is read once and checked before it is used. What can't be costs the call that
/// met it, which is told so; to end the runner is the supervisor's.
@safe
package final class CallerSide: Sendable {
    /// The longest time that a thread sleeps without looking whether the channel has been closed.
    static let slice = Duration.milliseconds(250)
    /// The same while a lane may become free without anybody waiting for it.
    private static let shortSlice = Duration.milliseconds(10)

    package let memory: ChannelMemory
    private let free: FreeLanes
    private let abandonedLanes = AbandonedLanes()
    private let isOver = Atomic<Bool>(false)
    /// The lanes that the runner serves or has been told to, one bit each; the one for lifecycle functions from the start.
    private let served = Atomic<UInt64>(1)
    private let usableProcessors: Int
    private let rightOfWay: RightOfWay
    private let needsLanes: @Sendable (Int) -> Void
    private let onCorruption: @Sendable (String) -> Void
    // One for each lane, this object's own from init to deinit; all that changes in one is atomic.
    private nonisolated(unsafe) let records: UnsafeMutablePointer<CallerLane>

    /// Makes the host's end.
    ///
    /// - Parameters:
    ///   - memory: What the host has made for one runner.
    ///   - usableProcessors: How many this process may run on; with one, nobody waits awake.
    ///   - rightOfWay: What goes before calls.
    ///   - needsLanes: Has the runner serve the lanes up to and with a number; called before a lane is used for the first
    ///     time, on the thread of the call.
    ///   - onCorruption: Is told of what the runner has written that can't be, on the thread of the call that met it.
    package init(
        _ memory: ChannelMemory,
        usableProcessors: Int = Processors.usable,
        rightOfWay: RightOfWay = RightOfWay(),
        needsLanes: @escaping @Sendable (Int) -> Void,
        onCorruption: @escaping @Sendable (String) -> Void
    ) {
        self.memory = memory
        self.usableProcessors = usableProcessors
        self.rightOfWay = rightOfWay
        self.needsLanes = needsLanes
        self.onCorruption = onCorruption
        free = FreeLanes(lanes: memory.lanes)
        unsafe records = .allocate(capacity: memory.lanes)
        for index in 0..<memory.lanes { unsafe (records + index).initialize(to: CallerLane()) }
    }

    deinit {
        unsafe records.deinitialize(count: memory.lanes)
        unsafe records.deallocate()
    }

    // MARK: Calls

    /// Makes a call and waits for the answer, which the function takes out of the channel.
    ///
    /// Blocks the thread. If the deadline passes, the lane stays out of use until the runner has answered nevertheless.
    package func call<Result>(
        _ request: ChannelRequest,
        until deadline: MonotonicInstant? = nil,
        _ take: (borrowing ChannelAnswer) -> Result
    ) throws(ChannelError) -> Result {
        var result: Result?
        _ = try callForStatus(request, until: deadline) { answer in
            result = take(answer)
            return 0
        }
        guard let result else { preconditionFailure("an answer was not taken") }
        return result
    }

    /// The same for a plugin's function: the result is the status that the function makes of the answer's.
    package func callForStatus(
        _ request: ChannelRequest,
        until deadline: MonotonicInstant?,
        _ take: (borrowing ChannelAnswer) -> Int32
    ) throws(ChannelError) -> Int32 {
        let index = try enter(request, until: deadline)
        let header = try exchange(request, index, until: deadline)
        defer { leave(index, request, answeredInRange: header.place != ChannelLayout.inArea) }
        guard header.isPlausible(payloadLimit: memory.payloadLimit) else {
            throw corrupted(header.defect(payloadLimit: memory.payloadLimit))
        }
        do throws(SystemCallError) {
            return try memory.lend(header, index, take)
        } catch {
            throw .system(error)
        }
    }

    /// Ends each call that waits or is made later, with an error.
    ///
    /// To be called when the runner has ended: what was not taken by then is known to be so.
    package func close() {
        // First what is looked at, then what is waited for, and then who waits.
        isOver.store(true, ordering: .sequentiallyConsistent)
        let used = served.load(ordering: .sequentiallyConsistent)
        for index in 0..<memory.lanes where used & (1 << UInt64(index)) != 0 {
            memory.lane(index).close(ChannelLayout.answerWord)
        }
        free.wakeAll()
    }

    package var isClosed: Bool {
        isOver.load(ordering: .sequentiallyConsistent)
    }

    // MARK: In and out

    @inline(__always)
    private func enter(_ request: ChannelRequest, until deadline: MonotonicInstant?) throws(ChannelError) -> Int {
        try request.check(limit: memory.payloadLimit)
        var index = free.take(forLifecycle: request.isLifecycle) ?? FreeLanes.none
        if index == FreeLanes.none { index = try enterSlowly(request, until: deadline) }
        if served.load(ordering: .acquiring) & (1 << UInt64(index)) == 0 { announce(index) }
        // After the look at what is served: a lane that another thread has just announced may not be closed with the others.
        guard !isClosed else { throw .closed(wasTaken: false) }
        return index
    }

    @inline(never)
    private func enterSlowly(_ request: ChannelRequest, until deadline: MonotonicInstant?) throws(ChannelError) -> Int {
        var patience = request.isLifecycle ? Self.patience(until: deadline) : nil
        while true {
            reclaim()
            let slice = MonotonicInstant.now.advanced(by: abandonedLanes.isEmpty ? Self.slice : Self.shortSlice)
            let end = (patience?.nextLook ?? deadline).map { min($0, slice) } ?? slice
            let index = free.take(forLifecycle: request.isLifecycle, until: end) { isClosed }
            if let index { return index }
            if isClosed { throw .closed(wasTaken: false) }
            if Self.hasPassed(deadline, &patience) { throw .timedOut(wasTaken: false) }
        }
    }

    /// Has the runner be ready for calls, one at a time, before the first one comes.
    package func expectCalls() {
        announce(1)
    }

    @inline(never)
    private func announce(_ index: Int) {
        let upTo: UInt64 = index == 63 ? .max : (1 << UInt64(index + 1)) - 1
        let before = served.bitwiseOr(upTo, ordering: .sequentiallyConsistent).oldValue
        if before & (1 << UInt64(index)) == 0 { needsLanes(index) }
    }

    @inline(__always)
    private func leave(_ index: Int, _ request: ChannelRequest, answeredInRange: Bool) {
        if request.place == ChannelLayout.inRange { memory.discardRequest(index) }
        if answeredInRange { memory.discardAnswer(index) }
        free.put(index)
    }

    // MARK: One exchange

    /// Posts the request and waits for the header of its answer; throws with the lane given back or abandoned.
    private func exchange(
        _ request: ChannelRequest,
        _ index: Int,
        until deadline: MonotonicInstant?
    ) throws(ChannelError) -> AnswerHeader {
        let exchange = unsafe LaneExchange(memory.lane(index), records + index, wakefulness(for: request))
        do throws(SystemCallError) {
            try exchange.post(request, until: deadline, in: memory, index)
        } catch {
            leave(index, request, answeredInRange: false)
            throw .system(error)
        }
        var budget = exchange.budget(usableProcessors: usableProcessors)
        var patience = request.isLifecycle ? Self.patience(until: deadline) : nil
        while true {
            let end = exchange.wait(budget: &budget, until: patience?.nextLook ?? deadline)
            if budget != nil { exchange.keep(&budget) }
            switch end {
            case .answered(let header): return header
            case .garbage(let value) where !isClosed:
                abandonedLanes.add(index, exchange.sequence, in: exchange.lane)
                throw corrupted(word: value)
            case .nothing where !isClosed:
                guard Self.hasPassed(deadline, &patience) else { continue }
                abandonedLanes.add(index, exchange.sequence, in: exchange.lane)
                throw .timedOut(wasTaken: exchange.wasTaken)
            default:
                // Nobody will use the lane any more.
                throw .closed(wasTaken: exchange.wasTaken)
            }
        }
    }

    /// A call's deadline is its caller's promise; that of a lifecycle function is about the runner.
    @inline(never)
    private static func patience(until deadline: MonotonicInstant?) -> RunningDeadline? {
        deadline.map { RunningDeadline(until: $0) }
    }

    @inline(never)
    private static func hasPassed(_ deadline: MonotonicInstant?, _ patience: inout RunningDeadline?) -> Bool {
        let now = MonotonicInstant.now
        return patience?.hasPassed(at: now) ?? deadline.map { $0.nanoseconds <= now.nanoseconds } ?? false
    }

    /// How both sides wait while something goes before calls.
    @inline(__always)
    private func wakefulness(for request: ChannelRequest) -> Wakefulness {
        guard rightOfWay.isTaken, usableProcessors > 1 else { return .usual }
        return request.isLifecycle ? .ready : .givingWay
    }

    @inline(never)
    private func corrupted(_ defect: String) -> ChannelError {
        onCorruption(defect)
        return .corrupt(defect)
    }

    // Apart from the way of a call: what is between its instructions makes the first one after a rest slower.
    @inline(never)
    private func corrupted(word: UInt32) -> ChannelError {
        corrupted("the word of an answer is \(word)")
    }

    // MARK: Calls that were left

    /// Whether calls were left at their deadline; some of them may have been answered meanwhile.
    package var hasAbandoned: Bool { !abandonedLanes.isEmpty }

    /// How many calls were left at their deadline and are not answered yet.
    package var abandoned: Int {
        reclaim()
        return isClosed ? 0 : abandonedLanes.summary.count
    }

    /// Since when the oldest of them is left.
    package var oldestAbandoned: MonotonicInstant? {
        reclaim()
        return isClosed ? nil : abandonedLanes.summary.oldest
    }

    /// Waits until each of them is answered or the channel is closed; says `false` if the deadline comes first.
    package func waitUntilNoneIsAbandoned(until deadline: MonotonicInstant) -> Bool {
        while abandoned > 0 {
            let now = MonotonicInstant.now
            guard now < deadline else { return false }
            abandonedLanes.waitForOldest(in: memory, until: min(deadline, now.advanced(by: Self.slice)))
        }
        return true
    }

    /// Gives lanes back that were answered late.
    private func reclaim() {
        abandonedLanes.reclaim(in: memory) { index in
            memory.discardRequest(index)
            memory.discardAnswer(index)
            free.put(index)
        }
    }
}
