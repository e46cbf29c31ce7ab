/// What makes the host trust a file: loading it is running it.
public enum TrustPolicy: String, Hashable, Sendable, CaseIterable {
    /// Nobody but root and the host's user could have changed the file, or what its path leads to.
    case owner
    /// A signature beside the file was made with a key that the operator allows.
    case signed
    /// The SHA-256 of the content is in a list.
    case pinned
    /// Every file is loaded; the host warns at each start.
    case any
}
