/// What a plugin says of itself.
public struct PluginMetadata: Hashable, Sendable {
    /// The plugin's name for as long as it lives: 1 to 128 of `a-z A-Z 0-9 . _ -`, beginning with a letter or a digit.
    public var id: String
    /// The name for people.
    public var name: String
    /// A semantic version, such as `1.4.0` or `2.0.0-rc.1`.
    public var version: String
    /// One sentence for people.
    public var description: String
    /// Who wrote it.
    public var author: String
    /// What it is for.
    public var type: PluginType
    /// Who comes first where the order is free.
    public var priority: PluginPriority
    /// The plugins that it needs, each `id` or `id@version`.
    public var dependencies: [String]
    /// What it offers.
    public var capabilities: [String]
    /// What it needs to be allowed, such as `events.emit`, `call:ID` or `fs.read:PATH`; what is not granted is refused.
    public var permissions: [String]
    /// Whether the state is saved after each call, before its answer is given.
    ///
    /// In a process of its own, the plugin then loses nothing by a crash that a caller was told. It costs each call the time
    /// of saving.
    public var savesStateAfterEachCall: Bool
    /// Whether the plugin is paused, its calls held, while one that it depends on is replaced or down.
    public var pausesWithDependencies: Bool

    /// Creates metadata; only the first three have no default.
    public init(
        id: String,
        name: String,
        version: String,
        description: String = "",
        author: String = "",
        type: PluginType = .tool,
        priority: PluginPriority = .normal,
        dependencies: [String] = [],
        capabilities: [String] = [],
        permissions: [String] = [],
        savesStateAfterEachCall: Bool = false,
        pausesWithDependencies: Bool = false
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.description = description
        self.author = author
        self.type = type
        self.priority = priority
        self.dependencies = dependencies
        self.capabilities = capabilities
        self.permissions = permissions
        self.savesStateAfterEachCall = savesStateAfterEachCall
        self.pausesWithDependencies = pausesWithDependencies
    }
}
