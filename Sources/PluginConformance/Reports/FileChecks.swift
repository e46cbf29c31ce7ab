/// What all checks have found on one file.
package struct FileChecks: Hashable, Sendable, Codable {
    /// The file.
    package var path: String
    /// What the random parts began with.
    package var seed: UInt64
    /// How many promises were kept.
    package var passed: Int
    /// How many are broken.
    package var failed: Int
    /// How many checks were skipped.
    package var skipped: Int
    /// The checks, in the order in which they were made.
    package var checks: [CheckResult]

    package init(path: String, seed: UInt64, checks: [CheckResult]) {
        self.path = path
        self.seed = seed
        self.checks = checks
        passed = checks.count { $0.outcome == .passed }
        failed = checks.count { $0.outcome == .failed }
        skipped = checks.count { $0.outcome == .skipped }
    }

    /// Whether no promise is broken.
    package var isGood: Bool { failed == 0 }
}
