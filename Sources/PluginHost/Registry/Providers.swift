internal import Synchronization

/// The plugins that serve, which others may depend on.
final class Providers: Sendable {
    private let items: Mutex<[String: LoadOrder.Item]>

    /// Begins with none.
    init() {
        items = Mutex([:])
    }

    /// Begins with those that another knows.
    init(_ other: Providers) {
        items = Mutex(other.items.withLock { $0 })
    }

    /// Takes note that a plugin serves.
    func add(_ descriptor: PluginDescriptor) {
        items.withLock { $0[descriptor.id] = LoadOrder.Item(descriptor) }
    }

    /// Takes note that a plugin serves no more.
    func remove(_ id: String) {
        items.withLock { $0[id] = nil }
    }

    /// Throws `dependency` if something is missing that a plugin needs.
    func check(_ descriptor: PluginDescriptor) throws(PluginError) {
        try items.withLock { items throws(PluginError) in
            _ = try LoadOrder.needs(of: LoadOrder.Item(descriptor), among: items)
        }
    }
}
