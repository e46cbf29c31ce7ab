internal import CPluginABI

/// What became of a plugin that another depends on.
public enum DependencyChange: Hashable, Sendable {
    /// It was replaced, and serves as this generation.
    case reloaded(generation: UInt64)
    /// It has crashed, was stopped or was removed; calls of it wait or fail.
    case down
    /// It serves again, as this generation.
    case back(generation: UInt64)

    /// Reads what the host says; `nil` for a change of a later host.
    init?(_ change: Int32, generation: UInt64) {
        switch change {
        case PH_DEPENDENCY_RELOADED: self = .reloaded(generation: generation)
        case PH_DEPENDENCY_DOWN: self = .down
        case PH_DEPENDENCY_BACK: self = .back(generation: generation)
        default: return nil
        }
    }
}

/// A change of a dependency that an instance is to be told of.
struct DependencyNotice: Hashable, Sendable {
    var id: String
    var change: DependencyChange
}
