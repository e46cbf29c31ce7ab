/// What is known of the program for runners.
package struct RunnerFacts: Hashable, Sendable {
    /// Where it should be; `nil` if nobody knows.
    package var path: String?
    /// Why it would be refused; `nil` if it would be taken.
    package var refusal: String?
    /// Whether plugins run in processes of their own.
    package var isNeeded: Bool
    /// Whether new builds are tried in one.
    package var isUsedForTrials: Bool

    package init(path: String?, refusal: String? = nil, isNeeded: Bool, isUsedForTrials: Bool = true) {
        self.path = path
        self.refusal = refusal
        self.isNeeded = isNeeded
        self.isUsedForTrials = isUsedForTrials
    }

    /// What is to be said of it.
    package var findings: [Finding] {
        let remedy =
            "install plugin-runner of the same version beside plugin-host, or name it in the configuration as \"runner\""
        let severity: Finding.Severity = isNeeded ? .error : isUsedForTrials ? .warning : .note
        let consequence =
            isNeeded
            ? "no plugin can run in a process of its own"
            : "new builds are not tried before they are loaded into the host"
        guard let path else {
            return [Finding(severity, "runner", "where plugin-runner is can't be told: \(consequence)", remedy: remedy)]
        }
        guard let refusal else { return [Finding(.ok, "runner", "\(path) is of this version")] }
        return [Finding(severity, "runner", "\(path) can't be used: \(refusal): \(consequence)", remedy: remedy)]
    }
}
