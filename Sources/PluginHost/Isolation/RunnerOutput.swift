internal import LinuxSystem

/// What a runner prints: lines for the log, and what a report of its crash keeps.
struct RunnerOutput {
    private(set) var kept = CrashOutput()
    private var lines = ProgramOutput()

    /// Takes what was printed, and gives back the lines to log: not those of a backtrace, which is kept with the report.
    mutating func take(_ bytes: [UInt8], now: MonotonicInstant, hasCrashed: () -> Bool) -> [String] {
        let outside = kept.append(bytes, hasCrashed: hasCrashed)
        return Self.worthLogging(lines.take(Array(bytes.prefix(outside)), now: now))
    }

    /// Gives back what has no line feed behind it, when there is no more.
    mutating func end() -> [String] {
        // The backtrace begins with a line, so that what is left of one is its beginning.
        Self.worthLogging(lines.end(droppingRest: kept.isInTrace))
    }

    private static func worthLogging(_ lines: [String]) -> [String] {
        lines.filter { !$0.allSatisfy(\.isWhitespace) }
    }
}
