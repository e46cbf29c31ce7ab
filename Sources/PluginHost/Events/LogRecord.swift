public import struct FoundationEssentials.Date

/// One line of the log: what the host or a plugin has to say.
public struct LogRecord: Hashable, Sendable {
    /// How much a record matters.
    public enum Level: Int32, Hashable, Sendable, Comparable, CaseIterable {
        /// Every step.
        case trace
        /// What helps to find a defect.
        case debug
        /// What happens normally.
        case info
        /// What somebody should look at.
        case warning
        /// What failed.
        case error

        /// Orders levels by how much they matter.
        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// When it was said.
    public var time: Date
    /// How much it matters.
    public var level: Level
    /// Who says it: a plugin's id, or `host`.
    public var name: String
    /// What is said.
    public var message: String
    /// The plugin that it is about, if it is about one.
    public var plugin: String?
    /// The generation that said it.
    public var generation: UInt64?
    /// What else is known, by name; it stands beside the other parts in JSON.
    public var fields: [String: JSONValue] = [:]

    /// Creates a record of this moment.
    public init(
        _ level: Level,
        _ name: String,
        _ message: String,
        plugin: String? = nil,
        generation: UInt64? = nil,
        fields: [String: JSONValue] = [:]
    ) {
        time = Date()
        self.level = level
        self.name = name
        self.message = message
        self.plugin = plugin
        self.generation = generation
        self.fields = fields
    }
}
