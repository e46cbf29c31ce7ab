internal import RunnerSandbox

/// What holds of the sandbox around a plugin's process.
public struct SandboxStatus: Hashable, Sendable, Codable {
    /// A layer that does not hold.
    public struct Missing: Hashable, Sendable, Codable {
        /// The name of the layer.
        public var layer: String
        /// Why it does not hold.
        public var reason: String
    }

    /// The names of the layers that hold.
    public var holds: [String]
    /// Those that should hold and don't.
    public var missing: [Missing]
    /// What else is worth knowing, such as granted paths that don't exist.
    public var notes: [String]

    /// Takes over what a process has reported.
    init(_ report: SandboxReport) {
        holds = report.holding.map(\.name)
        missing = report.missing.map { Missing(layer: $0.layer.name, reason: $0.reason) }
        notes = report.notes
    }
}
