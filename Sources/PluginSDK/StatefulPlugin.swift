/// A plugin whose state is saved before a reload and restored after it, without a line of its author's.
///
/// The state is kept as JSON. A state that can't be read is refused and leaves the one that there is as it was; the
/// reload fails then, and the old generation goes on.
public protocol StatefulPlugin: Plugin {
    /// What survives a reload.
    associatedtype State: Codable & SendableMetatype

    /// What survives a reload; its initial value is what a new plugin begins with.
    ///
    /// A ``ConcurrentPlugin`` guards it with a lock, since it may be read while calls are served.
    var state: State { get set }

    /// The version of `State`'s layout; 0, the default, is not declared.
    ///
    /// Not declared means that a state goes to every version of the plugin with the same major number.
    static var stateSchema: UInt32 { get }

    /// What other versions' states become; none by default.
    static var migrations: [StateMigration<State>] { get }
}

extension StatefulPlugin {
    /// Not declared.
    public static var stateSchema: UInt32 { 0 }
    /// No other versions' states.
    public static var migrations: [StateMigration<State>] { [] }
    /// Saves the state as JSON.
    public static var stateSupport: StateSupport<Self> { .json }
}

extension StateSupport where Instance: StatefulPlugin {
    /// Saves the state as JSON.
    static var json: StateSupport {
        let current = Instance.stateSchema
        let migrations = Instance.migrations
        var schemas = Set([current])
        for migration in migrations {
            precondition(
                schemas.insert(migration.schema).inserted,
                "\(Instance.self) reads states of schema \(migration.schema) in two ways"
            )
        }
        let read: @Sendable (UInt32, [UInt8]) throws -> Instance.State = { schema, bytes in
            try readState(schema, bytes, current: current, migrations: migrations)
        }
        return StateSupport(
            operations: Operations(
                schema: current,
                minimum: schemas.min() ?? current,
                maximum: schemas.max() ?? current,
                save: { instance in try JSON.encode(instance.state) },
                check: { schema, bytes in _ = try read(schema, bytes) },
                // Read in full before it is assigned: a state that is refused changes nothing.
                restore: { instance, schema, bytes in instance.state = try read(schema, bytes) }
            )
        )
    }
}

private func readState<State: Decodable>(
    _ schema: UInt32,
    _ bytes: [UInt8],
    current: UInt32,
    migrations: [StateMigration<State>]
) throws -> State {
    if schema == current {
        do throws(PluginFailure) {
            return try JSON.decode(State.self, from: bytes, failingWith: .stateRefused, "the state")
        } catch {
            let remedy = "make what is new optional, or raise stateSchema and add a migration from \(schema)"
            throw PluginFailure(error.code, "\(error.message); \(remedy)")
        }
    }
    if let migration = migrations.first(where: { $0.schema == schema }) {
        return try migration.read(bytes)
    }
    let readable = ([current] + migrations.map(\.schema)).sorted().map(String.init).joined(separator: ", ")
    throw PluginFailure(
        .stateRefused,
        "the state has schema \(schema), and this version reads \(readable); add a migration from \(schema)"
    )
}
