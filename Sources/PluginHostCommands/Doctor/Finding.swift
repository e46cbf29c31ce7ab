/// Something that was looked at, and what is to be said of it.
package struct Finding: Hashable, Sendable, Codable {
    /// How much it matters.
    package enum Severity: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
        /// It is as it should be.
        case ok
        /// It is worth knowing.
        case note
        /// It will be in the way some day, or already is now and then.
        case warning
        /// It keeps a host from working.
        case error

        package static func < (left: Severity, right: Severity) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// How much it matters.
    package var severity: Severity
    /// What was looked at, in a word or two joined by hyphens.
    package var subject: String
    /// What is the case, and what that means.
    package var message: String
    /// What to do about it; `nil` if nothing has to be done.
    package var remedy: String?

    package init(_ severity: Severity, _ subject: String, _ message: String, remedy: String? = nil) {
        self.severity = severity
        self.subject = subject
        self.message = message
        self.remedy = remedy
    }
}
