/// Which plugins have ever named another as one that they need: where to look for those that need it now.
///
/// Without it, each plugin of a thousand that begin would look through all the others.
struct DependentIndex {
    private var plugins: [String: Set<String>] = [:]

    /// Takes note of what a plugin needs.
    mutating func add(_ descriptor: PluginDescriptor) {
        for text in descriptor.dependencies {
            guard let needed = PluginDependency(text)?.id, needed != descriptor.id else { continue }
            plugins[needed, default: []].insert(descriptor.id)
        }
    }

    /// The ids of the plugins that have needed this one, in order.
    func plugins(needing id: String) -> [String] {
        plugins[id]?.sorted() ?? []
    }
}
