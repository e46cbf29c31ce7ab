/// When a server leaves the processor that it shares with its caller, though there are others.
///
/// Two threads that always wake each other are kept on one processor by the kernel, once they have met there, even while
/// another one is idle: each call then costs two switches. That is cheap after a silence, and dear in a burst of calls. So
/// the server goes elsewhere after some such waits in bursts, however short each burst is. If the kernel brings the two
/// together again, there is a reason, and the server stays longer each time; unless the two have been apart for so long that
/// it was worth leaving.
struct StackedWaits: Hashable {
    /// About as many as cost what it costs to leave.
    static let first: UInt32 = 32
    static let most: UInt32 = 1 << 16

    /// So many waits apart save what it costs to leave: each is some microseconds shorter.
    static let worth: UInt32 = 128

    private var count: UInt32 = 0
    private var apart: UInt32 = 0
    private var limit = first

    /// Notes where a wait finds the two, in a burst or not, and says whether to go elsewhere after it.
    @inline(__always)
    mutating func note(areTogether: Bool, isBusy: Bool) -> Bool {
        guard areTogether else {
            count = 0
            apart += 1
            guard apart >= Self.worth else { return false }
            (apart, limit) = (0, Self.first)
            return false
        }
        apart = 0
        if isBusy { count += 1 }
        guard count >= limit else { return false }
        count = 0
        limit = min(limit * 2, Self.most)
        return true
    }

    /// Takes note that the server has come by itself.
    mutating func hasJoined() {
        self = StackedWaits()
    }
}
