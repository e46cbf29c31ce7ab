/// How a state that an older (or newer) version saved becomes a state of this version.
public struct StateMigration<State>: Sendable {
    /// The schema version that it reads.
    public let schema: UInt32
    let read: @Sendable ([UInt8]) throws -> State

    /// Creates a migration from a schema version, the type of its states, and how one of them becomes a new one.
    ///
    /// Version 0 is what a plugin without `stateSchema` writes.
    public init<Old: Decodable & SendableMetatype>(
        from schema: UInt32,
        _ old: Old.Type,
        _ migrate: @escaping @Sendable (Old) throws -> State
    ) {
        self.schema = schema
        self.read = { bytes in
            try migrate(
                JSON.decode(Old.self, from: bytes, failingWith: .stateRefused, "the state of schema \(schema)")
            )
        }
    }
}
