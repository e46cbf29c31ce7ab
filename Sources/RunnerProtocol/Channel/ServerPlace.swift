internal import LinuxSystem

/// Where the server of a lane runs, beside its caller, and whether it should run elsewhere.
///
/// A server that leaves says so with its answer: the caller then waits awake for the next one, for as long as it takes to
/// get to another processor. Woken from there, the caller would be put on that one, beside the server, by a kernel that
/// takes a virtual processor which sleeps for one that is taken.
struct ServerPlace {
    private let lane: SharedFields
    private let usableProcessors: Int
    private var own: UInt32
    private var caller = Spinning.unknownProcessor
    private var isBusy = false
    private var stacked = StackedWaits()
    private var lonely = LonelyWaits()
    private var shouldLeave = false
    private var isLeaving = false

    init(in lane: SharedFields, usableProcessors: Int) {
        self.lane = lane
        self.usableProcessors = usableProcessors
        own = Spinning.ownProcessor
        lane.store32(ChannelLayout.serverProcessor, own)
    }

    /// Whether it can help to wait awake for the next request.
    @inline(__always)
    var canSpin: Bool { Spinning.canHelp(own: own, other: caller, usable: usableProcessors) }

    /// Looks at how the two have come to stand, before a wait, and goes to a caller that is rarely heard of.
    @inline(__always)
    mutating func consider(isSilent: Bool) {
        guard usableProcessors > 1, caller != Spinning.unknownProcessor else { return }
        let areTogether = own == caller
        shouldLeave = stacked.note(areTogether: areTogether, isBusy: isBusy)
        if lonely.note(areApart: !areTogether, isSilent: isSilent) {
            Processors.join(caller)
            own = Spinning.ownProcessor
            lane.store32(ChannelLayout.serverProcessor, own)
            stacked.hasJoined()
        }
    }

    /// Takes note of who calls.
    @inline(__always)
    mutating func note(_ header: RequestHeader) {
        caller = header.processor
        isBusy = header.flags & ChannelLayout.isBusy != 0
    }

    /// Lets the caller know, with the answer, where this thread runs: who takes the two for together does not wait awake for
    /// the next one, and is woken where the server is.
    @inline(__always)
    mutating func tell() {
        own = Spinning.ownProcessor
        isLeaving = shouldLeave && own == caller
        lane.store32(ChannelLayout.serverProcessor, isLeaving ? ChannelLayout.leaves : own)
    }

    /// Goes elsewhere, if the answer has said so, and says whether it has.
    @inline(__always)
    mutating func leaves() -> Bool {
        guard isLeaving else { return false }
        Processors.leave(own)
        own = Spinning.ownProcessor
        return true
    }
}
