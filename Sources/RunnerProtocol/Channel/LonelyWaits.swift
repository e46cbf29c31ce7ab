/// When a server goes to the processor of its caller, because there is a silence before each call.
///
/// A processor that sleeps takes three times as long to wake up as two threads take to switch on one that is awake: the one
/// that the caller is on. If the two do not stay together, the kernel has found something better, and the server tries it
/// less often each time.
///
/// A burst that comes after such silences pays for it: up to 32 calls cost two switches each before the server leaves again
/// (``StackedWaits``). Bursts that follow each other do not, since nothing in them is silent.
struct LonelyWaits: Hashable {
    static let first: UInt32 = 8
    static let most: UInt32 = 1 << 16

    private var count: UInt32 = 0
    private var limit = first

    /// Notes a wait, and says whether to go to the caller before it; it is silent if to be awake has turned out to be in vain.
    @inline(__always)
    mutating func note(areApart: Bool, isSilent: Bool) -> Bool {
        guard areApart, isSilent else {
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
