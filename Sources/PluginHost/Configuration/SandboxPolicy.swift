internal import RunnerSandbox

/// What becomes of an isolated plugin if a layer of its sandbox can't hold on this machine.
public enum SandboxPolicy: String, Hashable, Sendable, Codable, CaseIterable {
    /// It runs with the layers that hold, and the status says which are missing.
    case bestEffort = "best-effort"
    /// It does not run.
    case required

    /// What the process that applies the rules is told.
    var requirement: SandboxRequirement {
        switch self {
        case .bestEffort: .bestEffort
        case .required: .required
        }
    }
}
