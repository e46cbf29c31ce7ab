/// What the operator says about one plugin (PL-5).
public struct PluginSettings: Hashable, Sendable {
    /// The settings that the plugin reads: one JSON object.
    public var settings: JSONValue
    /// Whether the plugin is loaded at all.
    public var isEnabled: Bool
    /// Whether the plugin is started after it was loaded.
    public var startsAutomatically: Bool
    /// Where the plugin runs; `nil` for where all run.
    public var isolation: Isolation?

    /// Creates settings.
    public init(
        settings: JSONValue = .object([:]),
        isEnabled: Bool = true,
        startsAutomatically: Bool = true,
        isolation: Isolation? = nil
    ) {
        self.settings = settings
        self.isEnabled = isEnabled
        self.startsAutomatically = startsAutomatically
        self.isolation = isolation
    }
}
