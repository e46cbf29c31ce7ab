internal import CLinux

/// An alarm in the kernel, at an absolute moment.
struct TimerDescriptor: ~Copyable, Sendable {
    let descriptor: OwnedFileDescriptor

    init() throws(SystemCallError) {
        let number = clinux_timerfd()
        guard number >= 0 else { throw .last("timerfd_create") }
        descriptor = OwnedFileDescriptor(adopting: number)
    }

    /// Sets the alarm, or takes it back; the one that was set before is forgotten.
    borrowing func arm(at instant: MonotonicInstant?) throws(SystemCallError) {
        // Zero would take the alarm back, and the longest times don't fit into the kernel's signed nanoseconds.
        let nanoseconds = instant.map { min(max($0.nanoseconds, 1), UInt64(Int64.max)) } ?? 0
        guard clinux_timerfd_arm(descriptor.number, nanoseconds) == 0 else { throw .last("timerfd_settime") }
    }
}
