public import PluginSDK

/// What a plugin has logged.
public struct LoggedRecord: Hashable, Sendable {
    /// The plugin's id.
    public var plugin: String
    /// How much it matters.
    public var level: LogLevel
    /// What it says.
    public var message: String

    /// Creates a record, to compare with.
    public init(_ level: LogLevel, _ message: String, by plugin: String) {
        self.plugin = plugin
        self.level = level
        self.message = message
    }
}
