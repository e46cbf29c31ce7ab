/// How a check ended.
package enum CheckOutcome: String, Hashable, Sendable, Codable {
    /// The promise was kept.
    case passed
    /// The promise is broken.
    case failed
    /// There was nothing to check, or it could not be checked.
    case skipped
}
