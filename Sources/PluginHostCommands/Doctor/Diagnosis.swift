/// All that a doctor has found.
package struct Diagnosis: Hashable, Sendable, Codable {
    /// Whether a host answers at the socket.
    package var hostIsRunning: Bool
    /// What keeps a host from working.
    package var errors: Int
    /// What will be in the way some day.
    package var warnings: Int
    /// Everything that was looked at.
    package var findings: [Finding]

    package init(hostIsRunning: Bool, findings: [Finding]) {
        self.hostIsRunning = hostIsRunning
        self.findings = findings
        errors = findings.count { $0.severity == .error }
        warnings = findings.count { $0.severity == .warning }
    }
}
