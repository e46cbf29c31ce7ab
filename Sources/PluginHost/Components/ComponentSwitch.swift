internal import Synchronization

/// The components of a new generation, from when it has declared them until it is decided whether it serves (RS-9).
final class ComponentSwitch: Sendable {
    private let catalogue: ComponentCatalogue
    private let plugin: String
    private let generation: UInt64
    private let reservation = Mutex<ComponentCatalogue.Reservation?>(nil)

    init(_ catalogue: ComponentCatalogue, plugin: String, generation: UInt64) {
        self.catalogue = catalogue
        self.plugin = plugin
        self.generation = generation
    }

    /// Asks the generation what it contributes, and keeps the names for it.
    func reserve(_ instance: any PluginInstance, of image: any PluginImage) throws(PluginError) {
        var declaration = ComponentDeclaration()
        if instance.declaresComponents {
            declaration = try ComponentDeclaration(of: instance, plugin: plugin, source: image.source)
        }
        let reserved = try catalogue.reserve(declaration, for: plugin)
        reservation.withLock { $0 = reserved }
    }

    /// Makes them the plugin's; a generation that is not started yet has none that could be called.
    func commit(closing previous: Generation?, isStarted: Bool) {
        guard let reservation = reservation.withLock({ $0.take() }) else { return }
        guard isStarted else {
            catalogue.release(reservation)
            return catalogue.withdraw(plugin)
        }
        // Who calls a new component must not reach the old generation: for the moment between the two, calls wait.
        if let previous, catalogue.changes(reservation) { unsafe previous.instance.lane.pointee.close() }
        catalogue.commit(reservation, generation: generation)
    }

    /// Gives the names up, if it has not been decided yet.
    func release() {
        if let reservation = reservation.withLock({ $0.take() }) { catalogue.release(reservation) }
    }
}
