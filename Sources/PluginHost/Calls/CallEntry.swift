/// A call that was counted into a generation.
@safe
struct CallEntry {
    /// The way in, which is the way out again.
    let lane: UnsafePointer<CallLane>
    /// Where the thread has counted it; `nil` if the lane has.
    let count: UnsafePointer<CallCount>?
    /// Whether the call is to be timed.
    let isTimed: Bool

    @inline(__always)
    init(_ lane: UnsafePointer<CallLane>, _ count: UnsafePointer<CallCount>? = nil, isTimed: Bool = false) {
        unsafe self.lane = lane
        unsafe self.count = count
        self.isTimed = isTimed
    }
}
