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

    /// The generation of a plugin that serves; `nil` if none does.
    func generation(of id: String) -> UInt64? {
        guard let slot = slots.withLock({ $0[id] }), let lane = unsafe slot.current else { return nil }
        return unsafe lane.pointee.generation
    }
}
