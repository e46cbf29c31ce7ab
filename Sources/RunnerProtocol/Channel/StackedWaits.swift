/// When a server leaves the processor that it shares with its caller, though there are others.
///
/// Two threads that always wake each other are kept on one processor by the kernel, once they have met there, even while
/// another one is idle: each call then costs two switches. So the server goes elsewhere after some such waits in a row. If
/// the kernel brings the two together again, there is a reason, and the server stays longer each time.
struct StackedWaits: Hashable {
    static let first: UInt32 = 256
    static let most: UInt32 = 1 << 16

    private var count: UInt32 = 0
    private var limit = first

    /// Notes where a wait finds the two, and says whether to go elsewhere before it.
    @inline(__always)
    mutating func note(areTogether: Bool) -> Bool {
        guard areTogether else {
            count = 0
            return false
        }
        count += 1
        guard count >= limit else { return false }
        count = 0
        limit = min(limit * 2, Self.most)
        return true
    }
}
