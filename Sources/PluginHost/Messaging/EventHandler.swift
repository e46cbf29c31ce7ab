/// A handler that a plugin has declared, as the host calls it (RS-10).
final class EventHandler: Sendable {
    /// What a handler is known by; its queue and its figures are kept over reloads under it.
    struct Key: Hashable, Sendable, CustomStringConvertible {
        let plugin: String
        let name: String

        var description: String { "\(plugin)/\(name)" }
    }

    let key: Key
    let declaration: HandlerDeclaration
    let method: String
    /// Makes its calls.
    let caller: any ComponentCaller

    init(_ declaration: HandlerDeclaration, of plugin: String, by caller: any ComponentCaller) {
        self.caller = caller
        key = Key(plugin: plugin, name: declaration.name)
        self.declaration = declaration
        method = ComponentMethod.event(declaration.name)
    }

    /// Whether this one gets events before the other: by priority, then the plugin's id, then its name.
    func precedes(_ other: EventHandler) -> Bool {
        let (mine, its) = (declaration.priority, other.declaration.priority)
        if mine != its { return mine > its }
        return (key.plugin, key.name) < (other.key.plugin, other.key.name)
    }
}
