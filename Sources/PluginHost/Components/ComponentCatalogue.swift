internal import Synchronization

/// Whose a component is.
struct ComponentOwner: Hashable, Sendable {
    var plugin: String
    var generation: UInt64
}

/// Who has contributed what (RS-9): all of a plugin's components come, change and go together.
///
/// A new generation reserves its components while the old one serves; from then on nobody else gets their names. They take
/// the place of the old ones at the switch, or are given up, and then nothing has changed.
final class ComponentCatalogue: Sendable {
    /// What a plugin contributes.
    struct Entry: Sendable {
        var owner: ComponentOwner
        var declaration: ComponentDeclaration
    }

    /// Names that are kept for a generation until it is decided whether it serves.
    struct Reservation: Sendable {
        let plugin: String
        let declaration: ComponentDeclaration
        fileprivate let number: UInt64
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// Those of plugins that are loaded and not started: nobody reaches them, and nobody else gets their names.
        var suspended: [String: Entry] = [:]
        var reserved: [String: Reservation] = [:]
        var last: UInt64 = 0
    }

    private let tables: [any ComponentTable]
    private let state = Mutex(State())

    init(_ tables: [any ComponentTable] = []) {
        self.tables = tables
    }

    // MARK: Looking

    /// What all plugins contribute, by their ids.
    var all: [Entry] {
        state.withLock { $0.entries.values.sorted { $0.owner.plugin < $1.owner.plugin } }
    }

    /// What a plugin contributes; `nil` for one that contributes nothing.
    func entry(of plugin: String) -> Entry? {
        state.withLock { $0.entries[plugin] }
    }

    // MARK: Changing

    /// Keeps the names of what a new generation has declared; throws `conflict` naming both owners if one is taken.
    func reserve(_ declaration: ComponentDeclaration, for plugin: String) throws(PluginError) -> Reservation {
        try state.withLock { state throws(PluginError) in
            try Self.check(declaration, of: plugin, against: state)
            for table in tables {
                guard let reason = table.conflict(declaration, of: plugin) else { continue }
                throw PluginError(code: .conflict, message: "\(plugin): \(reason)")
            }
            state.last += 1
            let reservation = Reservation(plugin: plugin, declaration: declaration, number: state.last)
            state.reserved[plugin] = reservation
            return reservation
        }
    }

    /// Gives names up that were kept; another reservation of the same plugin stays.
    func release(_ reservation: Reservation) {
        state.withLock { state in
            guard state.reserved[reservation.plugin]?.number == reservation.number else { return }
            state.reserved[reservation.plugin] = nil
        }
    }

    /// Whether a switch to what was reserved changes anything that others can reach.
    func changes(_ reservation: Reservation) -> Bool {
        let present = entry(of: reservation.plugin)?.declaration ?? ComponentDeclaration()
        return present.contributions != reservation.declaration.contributions
    }

    /// Makes what was reserved the plugin's components, which serve as this generation, at once or when it is started.
    func commit(_ reservation: Reservation, generation: UInt64, isServing: Bool = true) {
        let plugin = reservation.plugin
        state.withLock { state in
            if state.reserved[plugin]?.number == reservation.number { state.reserved[plugin] = nil }
            let owner = ComponentOwner(plugin: plugin, generation: generation)
            let entry = Entry(owner: owner, declaration: reservation.declaration)
            state.suspended[plugin] = isServing ? nil : entry
            set(isServing ? entry : nil, of: plugin, in: &state)
        }
    }

    /// Takes all components of a plugin away, which serves no more; says how many went (RS-4).
    @discardableResult
    func withdraw(_ plugin: String) -> Int {
        state.withLock { state in
            let entry = state.suspended.removeValue(forKey: plugin) ?? state.entries[plugin]
            set(nil, of: plugin, in: &state)
            return entry?.declaration.count ?? 0
        }
    }

    /// Lets nobody reach the components of a plugin that is stopped, until it is started again.
    func suspend(_ plugin: String) {
        state.withLock { state in
            guard let entry = state.entries[plugin] else { return }
            state.suspended[plugin] = entry
            set(nil, of: plugin, in: &state)
        }
    }

    /// Lets others reach the components again of a plugin that was started.
    func resume(_ plugin: String) {
        state.withLock { state in
            guard let entry = state.suspended.removeValue(forKey: plugin) else { return }
            set(entry, of: plugin, in: &state)
        }
    }

    /// Sets what a plugin contributes; with the lock held, the tables hear of all changes in one order.
    private func set(_ entry: Entry?, of plugin: String, in state: inout State) {
        let old = state.entries[plugin]?.declaration ?? ComponentDeclaration()
        let new = entry?.declaration ?? ComponentDeclaration()
        state.entries[plugin] = new.isEmpty ? nil : entry
        // The same of a new generation is told too: calls that hang are those of the one before.
        guard old.count + new.count > 0 else { return }
        for table in tables { table.replace(new, of: plugin) }
    }

    // MARK: Conflicts

    /// Actions and gateways are called by their names alone, so that one name is one plugin's.
    private static func check(
        _ declaration: ComponentDeclaration,
        of plugin: String,
        against state: State
    ) throws(PluginError) {
        let others =
            (Array(state.entries.values) + Array(state.suspended.values)).map { ($0.owner.plugin, $0.declaration) }
            + state.reserved.values.map { ($0.plugin, $0.declaration) }
        for (other, present) in others where other != plugin {
            try check("action", declaration.actions.map(\.name), of: plugin, present.actions.map(\.name), of: other)
            try check("gateway", declaration.gateways.map(\.name), of: plugin, present.gateways.map(\.name), of: other)
        }
    }

    private static func check(
        _ kind: String,
        _ names: [String],
        of plugin: String,
        _ taken: [String],
        of other: String
    ) throws(PluginError) {
        guard !names.isEmpty, !taken.isEmpty else { return }
        let taken = Set(taken)
        guard let name = names.first(where: taken.contains) else { return }
        throw PluginError(
            code: .conflict,
            message: "\(plugin): the \(kind) '\(name)' is \(other)'s already; rename it in one of the two plugins, or "
                + "remove \(other)"
        )
    }
}
