/// What a plugin says of its health (LM-2).
package struct PluginHealth: Hashable, Sendable {
    package enum Level: Int32, Sendable {
        case healthy
        case degraded
        case unhealthy

        /// The word for it.
        package var name: String {
            switch self {
            case .healthy: "healthy"
            case .degraded: "degraded"
            case .unhealthy: "unhealthy"
            }
        }
    }

    package var level: Level
    package var details: String

    package init(level: Level, details: String) {
        self.level = level
        self.details = details
    }
}
