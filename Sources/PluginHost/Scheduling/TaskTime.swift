internal import Glibc
internal import LinuxSystem

/// The two clocks of tasks at one moment, in nanoseconds.
///
/// Intervals go by CLOCK_MONOTONIC, which nobody sets and which stands still while the machine sleeps; cron expressions
/// go by the clock on the wall.
struct TaskTime: Hashable, Sendable {
    var monotonic: Int64
    /// Since 1970.
    var wall: Int64

    static var now: TaskTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return TaskTime(
            monotonic: Int64(clamping: MonotonicInstant.now.nanoseconds),
            wall: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        )
    }
}
