internal import CPluginABI
public import PluginSDK

extension TestedPlugin {
    /// Asks the plugin how it is; what it throws is unhealthy.
    public func health() throws(PluginFailure) -> Health {
        try serving { () throws(PluginFailure) in
            try check([.running], "asking for health")
            return try driver.health()
        }
    }

    /// Asks the plugin for its figures; one that is no number is `nil`.
    public func statistics() throws(PluginFailure) -> [String: Double?] {
        let bytes = try serving { () throws(PluginFailure) in
            try check([.running], "asking for figures")
            return try driver.statistics()
        }
        return try JSON.decode([String: Double?].self, from: bytes, failingWith: .brokenContract, "the figures")
    }

    /// Gives the running plugin new settings, a JSON object; if it refuses them it goes on with those that it had.
    public func configure(_ settings: String) throws(PluginFailure) {
        let bytes = Array(settings.utf8)
        try turn.alone { () throws(PluginFailure) in
            try check([.running, .paused], "taking new settings")
            try driver.configure(bytes)
            seat.replaceSettings(bytes)
        }
    }

    /// Tells the plugin what has become of one that it depends on.
    public func tell(_ dependency: String, _ change: DependencyChange) throws(PluginFailure) {
        try serving { () throws(PluginFailure) in
            try check([.running], "telling of a dependency")
            switch change {
            case .reloaded(let generation):
                driver.dependencyChanged(dependency, PH_DEPENDENCY_RELOADED, generation: generation)
            case .down: driver.dependencyChanged(dependency, PH_DEPENDENCY_DOWN, generation: 0)
            case .back(let generation):
                driver.dependencyChanged(dependency, PH_DEPENDENCY_BACK, generation: generation)
            }
        }
    }
}
