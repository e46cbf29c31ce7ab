internal import Synchronization

/// The plugins that are loaded, which others may depend on.
final class Providers: Sendable {
    private struct State {
        var items: [String: LoadOrder.Item] = [:]
        /// Those that were not started, or were stopped.
        var idle: Set<String> = []

        mutating func set(_ id: String, isStarted: Bool) {
            if isStarted { idle.remove(id) } else { idle.insert(id) }
        }
    }

    private let state: Mutex<State>

    /// Begins with none.
    init() {
        state = Mutex(State())
    }

    /// Begins with those that another knows.
    init(_ other: Providers) {
        state = Mutex(other.state.withLock { $0 })
    }

    /// Takes note that a plugin is loaded, and whether it was started.
    func add(_ descriptor: PluginDescriptor, isStarted: Bool) {
        state.withLock { state in
            state.items[descriptor.id] = LoadOrder.Item(descriptor)
            state.set(descriptor.id, isStarted: isStarted)
        }
    }

    /// Takes note that a plugin was started or stopped.
    func set(_ id: String, isStarted: Bool) {
        state.withLock { $0.set(id, isStarted: isStarted) }
    }

    /// Takes note that a plugin is not loaded any more.
    func remove(_ id: String) {
        state.withLock { state in
            state.items[id] = nil
            state.idle.remove(id)
        }
    }

    /// Throws `dependency` if something is missing that a plugin needs, or was not started before one that is to begin.
    func check(_ descriptor: PluginDescriptor, begins: Bool) throws(PluginError) {
        let (items, idle) = state.withLock { ($0.items, $0.idle) }
        let needs = try LoadOrder.needs(of: LoadOrder.Item(descriptor), among: items)
        guard begins, let id = needs.intersection(idle).min() else { return }
        throw PluginError(
            code: .dependency,
            message:
                "plugin '\(descriptor.id)' needs plugin '\(id)', which is not started; 'plugin-host start \(id)' first"
        )
    }
}
