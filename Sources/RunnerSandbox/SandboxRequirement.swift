/// What becomes of a process if a layer of its sandbox can't hold.
package enum SandboxRequirement: UInt8, Hashable, Sendable, CaseIterable {
    /// It runs with the layers that hold, and says which are missing.
    case bestEffort = 0
    /// It does not run.
    case required = 1

    /// The name in the configuration.
    package var name: String {
        switch self {
        case .bestEffort: "best-effort"
        case .required: "required"
        }
    }

    package init?(name: String) {
        guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }
}
