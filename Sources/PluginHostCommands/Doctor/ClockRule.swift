/// Judges the clock.
package enum ClockRule {
    /// Clocks of file servers may be ahead by this much.
    private static let tolerance: Int64 = 300 * 1_000_000_000

    /// What is to be said of the clock.
    package static func findings(_ facts: ClockFacts) -> [Finding] {
        let setting = "set it: timedatectl set-ntp true, or date -s"
        if let program = facts.programTime, facts.now < program - tolerance {
            let message =
                "the clock stands before the time at which this program was installed: cron tasks run at wrong times"
            return [Finding(.error, "clock", message, remedy: setting)]
        }
        if let state = facts.stateTime, facts.now < state - tolerance {
            let message =
                "the clock stands before the last change of the state directory: it was set back, or was not set yet"
            return [Finding(.warning, "clock", message, remedy: setting)]
        }
        guard facts.isSynchronised == false else { return [Finding(.ok, "clock", "the clock is set")] }
        let message = "the clock is set, and the kernel knows of nothing that keeps it right; it may drift"
        return [
            Finding(.note, "clock", message, remedy: "timedatectl set-ntp true; in a container that is up to its host")
        ]
    }
}
