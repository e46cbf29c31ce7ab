/// How a change of a plugin's settings has ended (PL-5).
public struct ConfigurationResult: Hashable, Sendable, Codable {
    /// What was done with the new settings.
    public enum Way: String, Hashable, Sendable, Codable {
        /// The running plugin has taken them.
        case pushed
        /// The plugin can't take settings while it runs: a new instance, with the state of the old one if it keeps any, has taken them.
        case reloaded
        /// The plugin does not run; it is given them when it does.
        case stored
        /// They are those that it had.
        case unchanged
        /// The plugin goes on with those that it had.
        case refused
    }

    /// The plugin's id.
    public var plugin: String
    /// What was done with the new settings.
    public var way: Way
    /// The settings that hold now.
    public var settings: JSONValue
    /// Whether the state moved to the instance that has taken them; `nil` if that is no new one.
    public var statePreserved: Bool?
    /// Why they were refused.
    public var error: String?
    /// The name of the error's code.
    public var code: String?

    /// Creates a result.
    public init(plugin: String, way: Way, settings: JSONValue, error: String? = nil, code: String? = nil) {
        self.plugin = plugin
        self.way = way
        self.settings = settings
        self.error = error
        self.code = code
    }
}
