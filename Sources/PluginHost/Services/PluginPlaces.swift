internal import Synchronization

/// The places of all plugins that are or were here, for whoever calls them by name from any thread.
final class PluginPlaces: Sendable {
    private let slots = Mutex<[String: PluginSlot]>([:])

    /// Takes note of a plugin's place, which it keeps.
    func add(_ slot: PluginSlot) {
        slots.withLock { $0[slot.id] = slot }
    }

    /// A way to call a plugin.
    func handle(of id: String) throws(PluginError) -> PluginHandle {
        guard let slot = slots.withLock({ $0[id] }) else {
            throw PluginError(code: .notFound, message: "there is no plugin \(id)")
        }
        return PluginHandle(slot: slot)
    }
}
