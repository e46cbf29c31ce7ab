internal import RunnerSandbox

/// What a runner may do, and where it begins.
struct RunnerSandboxing: Sendable {
    /// `nil` for whatever its host may do.
    var rules: SandboxRules?
    /// The plugin's own directory, in which it begins; `nil` for where the host is.
    var directory: String?
    /// What it and all that it starts may use together, where there are control groups.
    var limits = ControlGroupLimits()
}
