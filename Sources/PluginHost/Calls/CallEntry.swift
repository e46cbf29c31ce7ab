/// A call that was counted into a generation.
@safe
struct CallEntry {
    /// The way in, which is the way out again.
    let lane: UnsafePointer<CallLane>
    /// What the lane's word was, which numbers the call.
    private let word: UInt64

    @inline(__always)
    init(_ lane: UnsafePointer<CallLane>, word: UInt64) {
        unsafe self.lane = lane
        self.word = word
    }

    /// Whether the call is to be timed.
    @inline(__always)
    var isTimed: Bool { CallLane.isSample(word) }
}
