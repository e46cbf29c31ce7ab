/// Why a check does not pass.
package enum CheckEnd: Error, Hashable, Sendable {
    /// A promise is broken.
    case violated(String)
    /// There is nothing to check, or it can't be checked.
    case skipped(String)
}
