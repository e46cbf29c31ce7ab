internal import Glibc

/// The clock of deadlines.
package enum MonotonicClock {
    /// The moment so long from now, in nanoseconds of `CLOCK_MONOTONIC`, which is never 0.
    package static func deadline(after duration: Duration) -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        let now = UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return max(1, now) }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = now.addingReportingOverflow(whole)
        let (end, over) = sum.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
        return overflow || carried || over ? .max : end
    }
}
