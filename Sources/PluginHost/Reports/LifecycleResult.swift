/// How a command to start, stop, pause or resume a plugin has ended (LM-1).
public struct LifecycleResult: Hashable, Sendable, Codable {
    /// The plugin's id.
    public var plugin: String
    /// The name of the state that the plugin is in now (PL-3).
    public var state: String
    /// Whether it is what was asked for.
    public var success: Bool
    /// How long it took.
    public var durationSeconds: Double
    /// What went wrong.
    public var error: String?
    /// The name of the error's code.
    public var code: String?

    /// Creates a result.
    public init(
        plugin: String,
        state: String,
        success: Bool,
        durationSeconds: Double,
        error: String? = nil,
        code: String? = nil
    ) {
        self.plugin = plugin
        self.state = state
        self.success = success
        self.durationSeconds = durationSeconds
        self.error = error
        self.code = code
    }
}
