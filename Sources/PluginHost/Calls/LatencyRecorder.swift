internal import Synchronization

/// Counts how long the calls of one plugin took that were timed.
///
/// It outlives generations, so that its counts go on over reloads. Recording is a few additions without a lock or an
/// allocation; whoever reads meanwhile may miss some of what is recorded at the time, and sees it the next time.
@safe
final class LatencyRecorder: Sendable {
    private nonisolated(unsafe) let counts: UnsafeMutablePointer<Atomic<UInt64>>
    private let total = Atomic<UInt64>(0)
    private let longest = Atomic<UInt64>(0)

    init() {
        unsafe counts = .allocate(capacity: LatencyBuckets.count)
        for index in 0..<LatencyBuckets.count { unsafe (counts + index).initialize(to: Atomic(0)) }
    }

    deinit {
        unsafe counts.deinitialize(count: LatencyBuckets.count)
        unsafe counts.deallocate()
    }

    /// Counts a call that took so many nanoseconds.
    func record(_ nanoseconds: UInt64) {
        unsafe counts[LatencyBuckets.index(of: nanoseconds)].wrappingAdd(1, ordering: .relaxed)
        total.wrappingAdd(nanoseconds, ordering: .relaxed)
        if nanoseconds > longest.load(ordering: .relaxed) { longest.max(nanoseconds, ordering: .relaxed) }
    }

    /// What was counted so far.
    var histogram: LatencyHistogram {
        LatencyHistogram(
            counts: (0..<LatencyBuckets.count).map { unsafe counts[$0].load(ordering: .relaxed) },
            total: total.load(ordering: .relaxed),
            longest: longest.load(ordering: .relaxed)
        )
    }

    /// Begins anew: the plugin was gone and has come back.
    func reset() {
        for index in 0..<LatencyBuckets.count { unsafe counts[index].store(0, ordering: .relaxed) }
        total.store(0, ordering: .relaxed)
        longest.store(0, ordering: .relaxed)
    }
}
