package import PluginHost

/// Judges the managed programs of a configuration.
package enum ProgramRule {
    /// What is to be said of a program.
    package static func findings(_ facts: ProgramFacts, trust: TrustPolicy) -> [Finding] {
        guard let path = facts.path else {
            let severity: Finding.Severity = facts.startsAutomatically ? .error : .warning
            let refusal = facts.refusal ?? "\(facts.id): it can't be started"
            return [
                Finding(
                    severity,
                    "process",
                    refusal,
                    remedy: "correct \"processes\".\"\(facts.id)\" in the configuration, or install the program"
                )
            ]
        }
        // The host starts it all the same: no policy is asked of what the configuration names.
        guard trust != .any, let fault = facts.fault else { return [Finding(.ok, "process", "\(facts.id): \(path)")] }
        let message = "\(facts.id): \(path) runs as this user, and somebody else can decide what it does: \(fault)"
        return [Finding(.warning, "process", message, remedy: facts.faultRemedy)]
    }
}
