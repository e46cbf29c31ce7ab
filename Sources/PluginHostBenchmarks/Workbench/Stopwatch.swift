internal import LinuxSystem

/// Measures from its making on.
struct Stopwatch {
    private let start = MonotonicInstant.now

    var nanoseconds: Double { Double(MonotonicInstant.now.nanoseconds - start.nanoseconds) }
    var microseconds: Double { nanoseconds / 1000 }
    var milliseconds: Double { nanoseconds / 1_000_000 }
}
