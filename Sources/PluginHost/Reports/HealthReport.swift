public import struct FoundationEssentials.Date

/// The health of a plugin, as it was when it was asked last (LM-2).
public struct HealthReport: Hashable, Sendable, Codable {
    /// The word for the health: `healthy`, `degraded` or `unhealthy`.
    public var level: String
    /// What the plugin says about it, or why it could not be asked.
    public var details: String
    /// When it was asked.
    public var time: Date
    /// How often it was unhealthy, of all times that this host has asked.
    public var errors: Int
    /// How long its generation had served by then; `nil` if none did.
    public var uptimeSeconds: Double?

    /// Creates a report.
    public init(level: String, details: String, time: Date, errors: Int, uptimeSeconds: Double? = nil) {
        self.level = level
        self.details = details
        self.time = time
        self.errors = errors
        self.uptimeSeconds = uptimeSeconds
    }
}
