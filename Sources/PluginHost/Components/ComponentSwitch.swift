internal import Synchronization

/// The components of a generation that is about to take the place of another: reserved, and then committed or given up.
final class ComponentSwitch: Sendable {
    private let catalogue: ComponentCatalogue
    private let plugin: String
    private let reservation = Mutex<ComponentCatalogue.Reservation?>(nil)
    private let differs = Atomic(false)

    init(_ catalogue: ComponentCatalogue, of plugin: String) {
        self.catalogue = catalogue
        self.plugin = plugin
    }

    /// Asks the new generation what it contributes, and keeps the names for it.
    func prepare(_ instance: any PluginInstance, from source: String) throws(PluginError) {
        let declaration = try ComponentDeclaration(of: instance, plugin: plugin, source: source)
        let reserved = try catalogue.reserve(declaration, for: plugin)
        differs.store(catalogue.changes(reserved), ordering: .releasing)
        reservation.withLock { $0 = reserved }
    }

    /// Whether the switch changes anything that others can reach; known beforehand, since only this switch can change it.
    var changes: Bool { differs.load(ordering: .acquiring) }

    /// Makes them the plugin's components; those of a plugin that is not started can't be reached yet.
    func commit(as generation: UInt64, isServing: Bool) {
        guard let reserved = reservation.withLock({ $0.take() }) else { return }
        catalogue.commit(reserved, generation: generation, isServing: isServing)
    }

    /// Leaves everything as it was.
    func giveUp() {
        if let reserved = reservation.withLock({ $0.take() }) { catalogue.release(reserved) }
    }
}
