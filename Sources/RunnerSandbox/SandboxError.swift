package import LinuxSystem

/// Why a process could not put itself into its sandbox.
package enum SandboxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Layers are missing and the policy requires them.
    case missing([String])
    /// The process has more than one thread: the others would go on without the sandbox.
    case severalThreads(Int)
    /// A system call failed that should not; what it was for, and what it said.
    case failed(String, SystemCallError)

    package var description: String {
        switch self {
        case .missing(let layers):
            "the sandbox is required and can't be complete here: \(layers.joined(separator: "; ")); use a kernel that has "
                + "it, or set the policy to best-effort"
        case .severalThreads(let count):
            "the sandbox has to be put up before there are threads, and there are \(count)"
        case .failed(let what, let cause): "the sandbox can't \(what): \(cause)"
        }
    }
}
