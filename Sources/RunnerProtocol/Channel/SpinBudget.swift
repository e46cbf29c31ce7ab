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
    /// How many more waits one counts for that comes soon after the one before, which must have been short.
    static let shortWaitWeight: UInt16 = 16
    /// Two wake-ups that are further apart, in nanoseconds, are not of one burst of calls.
    static let silence = UInt64(most) * 4
    /// What is soon, in units of 1,024 ns: the time that it takes to be woken is part of it.
    private static let soon = UInt32(most) * 2 / 1024

    /// In nanoseconds.
    private(set) var duration: UInt16
    private var waitsWithout: UInt16
    /// When the last wait without a budget began, in units of 1,024 ns.
    private var lastWithout: UInt32

    init() {
        (duration, waitsWithout, lastWithout) = (Self.most, 0, 0)
    }

    /// Says for how many nanoseconds to wait awake this time; 0 is not at all.
    ///
    /// Looks at the clock only if there is no budget.
    @inline(__always)
    mutating func next(at moment: () -> UInt64) -> UInt32 {
        duration > 0 ? UInt32(duration) : nextWithout(at: UInt32(truncatingIfNeeded: moment() / 1024))
    }

    private mutating func nextWithout(at moment: UInt32) -> UInt32 {
        let weight = moment &- lastWithout < Self.soon ? Self.shortWaitWeight : 1
        lastWithout = moment
        guard waitsWithout < Self.probeInterval else {
            waitsWithout = 0
            return UInt32(Self.most)
        }
        waitsWithout = min(waitsWithout + weight, Self.probeInterval)
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
}

extension SpinBudget: RawRepresentable {
    /// The budget in one number, to be kept in an atomic.
    var rawValue: UInt64 {
        UInt64(lastWithout) << 32 | UInt64(duration) << 16 | UInt64(waitsWithout)
    }

    init(rawValue: UInt64) {
        lastWithout = UInt32(truncatingIfNeeded: rawValue >> 32)
        duration = min(UInt16(truncatingIfNeeded: rawValue >> 16), Self.most)
        waitsWithout = min(UInt16(truncatingIfNeeded: rawValue), Self.probeInterval)
    }
}
