internal import LinuxSystem
internal import Synchronization

/// Where threads wait for a lane to become free.
struct LaneQueue: ~Copyable {
    /// Who waits, or is about to.
    private let waiters = Atomic<UInt32>(0)
    private let monitor = Monitor(0)

    /// Makes attempts until one gives a lane, the deadline has passed, or the slice has.
    ///
    /// A lane that becomes free is not missed: who frees one looks for waiters afterwards, who waits counts itself in and
    /// looks for a lane afterwards, and the signal is given after having had the lock that the look is made under.
    func wait(until deadline: MonotonicInstant, _ attempt: () -> Int?) -> Int? {
        waiters.wrappingAdd(1, ordering: .sequentiallyConsistent)
        // A lock that is taken does not keep the look behind it from coming before the count in front of it.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        defer { waiters.wrappingSubtract(1, ordering: .relaxed) }
        return monitor.wait(for: .entry, until: deadline) { _ in attempt() }
    }

    /// Says that a lane has become free.
    @inline(__always)
    func signal() {
        if waiters.load(ordering: .sequentiallyConsistent) > 0 { wakeOne() }
    }

    private func wakeOne() {
        monitor.withLock { _ in }
        monitor.signal(.entry)
    }

    /// Has all who wait look again.
    func wakeAll() {
        monitor.withLock { _ in }
        monitor.broadcast(.entry)
    }
}
