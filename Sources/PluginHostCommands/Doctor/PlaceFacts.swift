package import LinuxSystem

/// What is known of a directory that a host works with.
package struct PlaceFacts: Hashable, Sendable {
    /// What a host does with a directory.
    package enum Purpose: Hashable, Sendable {
        /// It watches it for plugins.
        case plugins
        /// It keeps its state in it.
        case state
        /// It loads its private copies from it.
        case images
        /// It makes its socket in it.
        case socket
    }

    package var purpose: Purpose
    package var path: String
    /// What is there; `nil` if nothing is.
    package var kind: FileStatus.Kind?
    /// Whom it belongs to.
    package var owner: UInt32?
    package var permissions: UInt32 = 0o700
    package var isReadable = true
    package var isWritable = true
    /// Whether what is missing could be made.
    package var canBeMade = true
    /// Whether code may be mapped from it.
    package var allowsCode = true
    /// Whether the kernel notices changes in it, and of what kind it is.
    package var remoteKind: String?
    package var space: DiskSpace?
    /// The first place on the way that somebody else can change: what is wrong, and what puts it right.
    package var fault: String?
    package var faultRemedy: String?

    package init(_ purpose: Purpose, _ path: String) {
        self.purpose = purpose
        self.path = path
    }
}
