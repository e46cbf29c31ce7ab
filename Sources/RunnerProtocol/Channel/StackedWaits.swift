/// When a server leaves the processor that it shares with its caller, though there are others.
///
/// Two threads that always wake each other are kept on one processor by the kernel, once they have met there, even while
/// another one is idle: each call then costs two switches. That is cheap after a silence, and dear in a burst of calls. So
/// the server goes elsewhere after some such waits in a row in a burst. If the kernel brings the two together again, there
/// is a reason, and the server stays longer each time.
struct StackedWaits: Hashable {
    /// About as many as cost what it costs to leave.
    static let first: UInt32 = 32
    static let most: UInt32 = 1 << 16

    private var count: UInt32 = 0
    private var limit = first

    /// Notes where a wait finds the two, and says whether to go elsewhere before it.
    @inline(__always)
    mutating func note(areTogether: Bool, isBusy: Bool) -> Bool {
        guard areTogether, isBusy else {
            count = 0
            return false
        }
        count += 1
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
