/// How long one side of a lane waits awake before it sleeps, learnt from how its waits have ended.
///
/// To be awake when the other side answers saves two switches of threads, some tens of microseconds; to wait awake in vain
/// costs a processor that time. So the budget grows while it is well spent, and halves, down to none, while it is not. From
/// none it comes back by a probe: at every so manieth wait, and sooner after waits that have turned out short.
struct SpinBudget: Hashable {
    /// About what falling asleep and being woken takes: past it, being awake has saved nothing.
    static let most: UInt16 = 50_000
    /// Less is none.
    static let least: UInt16 = 1_000
    /// How many waits without a budget there are before a probe.
    static let probeInterval: UInt16 = 64
    /// For how many of them a short wait counts.
    static let shortWaitWeight: UInt16 = 16

    /// In nanoseconds.
    private(set) var duration: UInt16
    private var waitsWithout: UInt16

    init() {
        duration = Self.most
        waitsWithout = 0
    }

    /// Says for how many nanoseconds to wait awake this time; 0 is not at all.
    @inline(__always)
    mutating func next() -> UInt32 {
        if duration > 0 { return UInt32(duration) }
        guard waitsWithout < Self.probeInterval else {
            waitsWithout = 0
            return UInt32(Self.most)
        }
        waitsWithout += 1
        return 0
    }

    /// Notes that what was waited for came so soon.
    @inline(__always)
    mutating func met(after nanoseconds: UInt64) {
        guard duration < Self.most else { return }
        let wanted = 2 * max(UInt64(duration), nanoseconds, 2 * UInt64(Self.least))
        duration = UInt16(min(wanted, UInt64(Self.most)))
    }

    /// Notes that it did not come in time.
    mutating func missed() {
        duration = duration / 2 < Self.least ? 0 : duration / 2
    }

    /// Notes for how long there was sleep instead.
    mutating func slept(for nanoseconds: UInt64) {
        // The time that it took to be woken is part of it.
        guard duration == 0, nanoseconds < 2 * UInt64(Self.most) else { return }
        waitsWithout = min(waitsWithout + Self.shortWaitWeight, Self.probeInterval)
    }
}

extension SpinBudget: RawRepresentable {
    /// The budget in one number, to be kept in an atomic.
    var rawValue: UInt32 {
        UInt32(duration) << 16 | UInt32(waitsWithout)
    }

    init(rawValue: UInt32) {
        duration = min(UInt16(truncatingIfNeeded: rawValue >> 16), Self.most)
        waitsWithout = min(UInt16(truncatingIfNeeded: rawValue), Self.probeInterval)
    }
}
