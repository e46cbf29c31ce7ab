internal import LinuxSystem
internal import Synchronization

/// One call in one lane, as the host sees it.
@safe
struct LaneExchange {
    /// How a wait has ended.
    enum End {
        case answered(AnswerHeader)
        /// The word is what no server writes.
        case garbage(UInt32)
        /// Nothing has come by the deadline or in a slice of time.
        case nothing
    }

    let lane: SharedFields
    let sequence: UInt32
    private let previous: UInt32
    private let processor: UInt32
    private let wakefulness: Wakefulness
    private let record: UnsafeMutablePointer<CallerLane>

    /// Begins a call in a lane that the caller has taken.
    @unsafe
    @inline(__always)
    init(_ lane: SharedFields, _ record: UnsafeMutablePointer<CallerLane>, _ wakefulness: Wakefulness) {
        self.lane = lane
        self.wakefulness = wakefulness
        unsafe self.record = record
        previous = unsafe record.pointee.sequence.load(ordering: .relaxed)
        sequence = (previous &+ 1) & ~ChannelLayout.closed
        processor = Spinning.ownProcessor
    }

    // MARK: Posting

    /// Copies the request into the lane, and its input into the lane's range if it has no room there, and tells the server.
    @inline(__always)
    func post(
        _ request: ChannelRequest,
        until deadline: MonotonicInstant?,
        in memory: ChannelMemory,
        _ index: Int
    ) throws(SystemCallError) {
        let place = request.place
        if unsafe !record.pointee.repeats(request.method) {
            unsafe lane.copy(request.method, to: ChannelLayout.requestArea)
        }
        if place == ChannelLayout.inArea {
            unsafe lane.copy(request.input, to: ChannelLayout.requestArea + request.inputOffset)
        } else {
            try unsafe memory.file.write(request.input, at: ChannelLayout.requestRange(index))
        }
        let isBusy = unsafe record.pointee.isBusy.load(ordering: .relaxed)
        let header = unsafe RequestHeader(
            kind: request.kind,
            flags: request.flags | wakefulness.flags | (isBusy ? ChannelLayout.isBusy : 0),
            id: request.id,
            deadline: deadline?.nanoseconds ?? 0,
            auxiliary: request.auxiliary,
            methodSize: UInt32(request.method.count),
            inputSize: UInt64(request.input.count),
            place: place,
            processor: processor
        )
        header.write(to: lane)
        unsafe record.pointee.sequence.store(sequence, ordering: .relaxed)
        if lane.post(ChannelLayout.requestWord, sequence, flag: ChannelLayout.serverSleeps) { noteWakeUp() }
    }

    // MARK: Waiting

    /// Takes note that the server had to be woken, and whether that happens in quick succession.
    @inline(never)
    func noteWakeUp() {
        let now = MonotonicInstant.now.nanoseconds
        let last = unsafe record.pointee.lastWakeUp.load(ordering: .relaxed)
        unsafe record.pointee.lastWakeUp.store(now, ordering: .relaxed)
        unsafe record.pointee.isBusy.store(now &- last < SpinBudget.silence, ordering: .relaxed)
    }

    /// Whether the server is on its way to another processor.
    @inline(__always)
    private var isLeft: Bool { lane.load32(ChannelLayout.serverProcessor) == ChannelLayout.leaves }

    /// How long to wait awake for the server, as far as that can help.
    @inline(__always)
    func budget(usableProcessors: Int) -> SpinBudget? {
        if isLeft { return SpinBudget() }
        let other = lane.load32(ChannelLayout.serverProcessor)
        guard Spinning.canHelp(own: processor, other: other, usable: usableProcessors) else { return nil }
        return unsafe SpinBudget(rawValue: record.pointee.budget.load(ordering: .relaxed))
    }

    /// Keeps what has been learnt for the next call; this one waits awake no more.
    @inline(__always)
    func keep(_ budget: inout SpinBudget?) {
        if let value = budget.take()?.rawValue { unsafe record.pointee.budget.store(value, ordering: .relaxed) }
    }

    @inline(__always)
    func wait(budget: inout SpinBudget?, until deadline: MonotonicInstant?) -> End {
        let word = WordWait(
            for: ChannelLayout.answerWord,
            from: previous,
            flag: ChannelLayout.callerSleeps,
            in: lane
        )
        let wakefulness = isLeft ? .ready : wakefulness
        guard let value = word.wait(budget: &budget, wakefulness, until: deadline, inSlices: true) else {
            return .nothing
        }
        // An answer that has come counts, even if the channel was closed after it.
        guard value & ~ChannelLayout.closed == sequence else { return .garbage(value) }
        return .answered(AnswerHeader(reading: lane))
    }

    /// Whether the server has begun with the call.
    var wasTaken: Bool {
        lane.acquire(ChannelLayout.takenWord) == sequence
    }
}
