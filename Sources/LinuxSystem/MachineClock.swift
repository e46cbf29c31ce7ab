internal import CLinux
internal import Glibc

/// What the kernel tells of the machine's clock.
package enum MachineClock {
    /// Whether something keeps the clock right; `nil` if the kernel does not tell.
    package static var isSynchronised: Bool? {
        switch clinux_clock_is_synchronised() {
        case 0: false
        case 1: true
        default: nil
        }
    }

    /// The present time, in nanoseconds since 1970.
    package static var now: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
