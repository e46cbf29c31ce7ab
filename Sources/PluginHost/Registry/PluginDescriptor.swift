/// What a plugin says of itself (PL-4).
public struct PluginDescriptor: Hashable, Sendable, Codable {
    /// The plugin's name for as long as it lives.
    public var id: String
    /// The name for people.
    public var name: String
    /// The semantic version.
    public var version: String
    /// One sentence for people.
    public var description: String
    /// Who wrote it.
    public var author: String
    /// `llm`, `tool`, `storage`, `memory`, `vector-db`, `communication`, `monitor`, `skill`, or a text of the plugin's own.
    public var type: String
    /// From 0 (low) over 50 (normal) and 100 (high) to 200 (critical).
    public var priority: Int32
    /// The plugins that it needs, each `id` or `id@version`.
    public var dependencies: [String]
    /// What it offers.
    public var capabilities: [String]
    /// What it needs to be allowed.
    public var permissions: [String]
    /// The oldest schema version of the state that it reads; 0 if not declared.
    public var stateSchemaMinimum: UInt32
    /// The newest schema version of the state that it reads; 0 if not declared.
    public var stateSchemaMaximum: UInt32
    /// Whether several threads may call it at once.
    public var isConcurrent: Bool
    /// Whether it is paused while a plugin that it depends on is replaced or down.
    public var pausesWithDependencies = false
}
