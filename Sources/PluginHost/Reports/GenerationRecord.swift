public import struct FoundationEssentials.Date

/// A generation as the history knows it (HR-8).
public struct GenerationRecord: Hashable, Sendable, Codable {
    /// The number of the generation, from 1 on.
    public var generation: UInt64
    /// The generation whose build and state were put back by this one.
    public var rollbackOf: UInt64?
    /// The plugin's version.
    public var version: String
    /// The SHA-256 of the file's content.
    public var build: String
    /// The file that it was loaded from.
    public var path: String
    /// When it began to serve.
    public var time: Date
    /// The name of the snapshot with the state in which it was left; `nil` while it serves, or without state.
    public var snapshot: String?
    /// Whether it is past its probation.
    public var committed: Bool
    /// Whether it serves.
    public var live: Bool

    /// Creates a record of a generation that has just begun to serve.
    public init(generation: UInt64, version: String, build: String, path: String, time: Date) {
        self.generation = generation
        self.version = version
        self.build = build
        self.path = path
        self.time = time
        committed = false
        live = true
    }
}
