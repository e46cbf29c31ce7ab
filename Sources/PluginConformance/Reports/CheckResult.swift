/// What one check has found on one file.
package struct CheckResult: Hashable, Sendable, Codable {
    /// The name of the check.
    package var name: String
    /// What was looked at.
    package var summary: String
    /// What the contract promises, and where.
    package var promise: String
    /// How it ended.
    package var outcome: CheckOutcome
    /// What is broken, why it was skipped, or what else is worth knowing.
    package var reason: String?
    /// What to look for; only of a check that failed.
    package var hint: String?
    /// What the process printed last; only of a check that failed.
    package var output: String?
    /// How long it took.
    package var seconds: Double
    /// The command that makes this check alone, in its own process.
    package var reproduce: String

    package init(_ check: ConformanceCheck, _ verdict: CheckVerdict, seconds: Double, reproduce: String) {
        name = check.name
        summary = check.summary
        promise = check.promise
        outcome = verdict.outcome
        reason = verdict.reason
        hint = verdict.outcome == .failed ? check.hint : nil
        self.seconds = seconds
        self.reproduce = reproduce
    }
}
