package import LinuxSystem

/// What a check has found, and why.
package struct CheckVerdict: Hashable, Sendable, Codable {
    /// How it ended.
    package var outcome: CheckOutcome
    /// What is broken, why it was skipped, or what else is worth knowing.
    package var reason: String?

    package init(_ outcome: CheckOutcome, _ reason: String? = nil) {
        self.outcome = outcome
        self.reason = reason
    }

    /// Judges how the process of a check has ended.
    ///
    /// - Parameters:
    ///   - end: How it has ended; `nil` if it was ended because its time was over.
    ///   - said: What it has said of the check, if it came to that.
    ///   - step: What it was about to do when it ended, as it completes "while …".
    ///   - limit: The time that it had.
    /// - Returns: What is to be said of it.
    package static func of(
        end: ChildProcess.End?,
        said: CheckVerdict?,
        step: String?,
        limit: Duration
    ) -> CheckVerdict {
        let place = step.map { ", when \($0)" } ?? ""
        switch end {
        case nil:
            return CheckVerdict(.failed, "it has not ended after \(Self.text(limit))\(place)")
        case .exited where said != nil:
            return said ?? CheckVerdict(.failed)
        case .exited(let status):
            return CheckVerdict(.failed, "the plugin ended the process (exit status \(status))\(place)")
        case .signalled(let signal):
            let meaning = SignalName.meaning(of: signal).map { ": \($0)" } ?? ""
            let late = said.map { _ in " after the check" } ?? ""
            return CheckVerdict(.failed, "it crashed\(late) with \(SignalName.of(signal))\(meaning)\(place)")
        case .unknown:
            return said ?? CheckVerdict(.skipped, "how its process has ended is not known")
        }
    }

    private static func text(_ limit: Duration) -> String {
        let seconds = limit.inSeconds
        return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(Int(seconds * 1000)) ms"
    }
}
