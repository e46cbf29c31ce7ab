/// What a plugin is for.
public enum PluginType: Hashable, Sendable {
    /// A language model.
    case llm
    /// A tool.
    case tool
    /// Keeps data.
    case storage
    /// Remembers.
    case memory
    /// Finds by likeness.
    case vectorDatabase
    /// Carries messages.
    case communication
    /// Watches something.
    case monitor
    /// A skill.
    case skill
    /// A kind of the author's own.
    case custom(String)
}
