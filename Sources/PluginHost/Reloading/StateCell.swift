internal import Synchronization

/// The state of one plugin, with the moves that PL-3 allows.
final class StateCell: Sendable {
    private let plugin: String
    private let state = Mutex(PluginState.unloaded)
    private let events: EventBus

    init(plugin: String, events: EventBus) {
        self.plugin = plugin
        self.events = events
    }

    var current: PluginState {
        state.withLock { $0 }
    }

    /// Goes to another state and says so, and of which generation; an illegal move is refused with both states named.
    func move(to next: PluginState, of generation: UInt64?) throws(PluginError) {
        let before = state.withLock { state -> PluginState? in
            guard state.allows(next) else { return nil }
            defer { state = next }
            return state
        }
        guard let before else {
            throw PluginError(
                code: .illegalTransition,
                message: "\(plugin) is \(current.name) and can't become \(next.name)"
            )
        }
        var event = PluginEvent(.stateChanged, plugin: plugin, generation: generation)
        event.old = before.name
        event.new = next.name
        if case .error(let message) = next { event.error = message }
        events.leave(event)
    }
}
