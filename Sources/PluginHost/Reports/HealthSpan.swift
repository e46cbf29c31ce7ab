public import struct FoundationEssentials.Date

/// Some time in which a plugin was asked for its health and always gave the same level (LM-2).
///
/// It says what was measured and no more: between two spans the plugin was not asked, or could not be.
public struct HealthSpan: Hashable, Sendable, Codable {
    /// The word for the health: `healthy`, `degraded` or `unhealthy`.
    public var level: String
    /// What the plugin said about it the last time.
    public var details: String
    /// The generation that was asked.
    public var generation: UInt64
    /// When it was asked first.
    public var first: Date
    /// When it was asked last.
    public var last: Date
    /// How often it was asked.
    public var checks: Int

    /// Creates a span of one check.
    public init(level: String, details: String, generation: UInt64, time: Date) {
        self.level = level
        self.details = details
        self.generation = generation
        first = time
        last = time
        checks = 1
    }
}
