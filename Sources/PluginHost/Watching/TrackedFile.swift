import LinuxSystem

/// A path that is a plugin file, was one, or may become one.
struct TrackedFile {
    /// The root below which it lies, by its index.
    let root: Int
    var settling: FileSettling
    /// When the machine is to be woken.
    var timer: (id: EventLoop.TimerID, instant: MonotonicInstant)?
}
