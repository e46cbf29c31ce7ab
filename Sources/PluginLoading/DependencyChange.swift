/// What became of a plugin that another depends on: `PH_DEPENDENCY_…`.
package enum DependencyChange: Int32, Sendable {
    /// Another generation serves.
    case reloaded = 1
    /// It has crashed, was stopped or was removed.
    case down = 2
    /// It serves again.
    case back = 3
}
