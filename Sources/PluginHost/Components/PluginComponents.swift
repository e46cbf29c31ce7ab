/// What one plugin contributes, for people and programs.
package struct PluginComponents: Hashable, Sendable, Codable {
    /// Whose they are.
    package var plugin: String
    /// The generation that serves them.
    package var generation: UInt64
    /// The declaration, with everything said: lists of actions, handlers, hooks, gateways, tasks and methods.
    package var components: JSONValue

    package init(plugin: String, generation: UInt64, components: JSONValue) {
        self.plugin = plugin
        self.generation = generation
        self.components = components
    }

    init(_ entry: ComponentCatalogue.Entry) {
        self.init(
            plugin: entry.owner.plugin,
            generation: entry.owner.generation,
            components: entry.declaration.json
        )
    }
}
