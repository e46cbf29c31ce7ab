internal import Synchronization

/// A plugin's part in the chain of a stage, as the host calls it (RS-10).
final class Hook: Sendable {
    let plugin: String
    let declaration: HookDeclaration
    let method: String
    /// How many calls of it were cut off and have not returned yet; chains pass it by until they have.
    let hanging = Atomic(0)

    init(_ declaration: HookDeclaration, of plugin: String) {
        self.plugin = plugin
        self.declaration = declaration
        method = ComponentMethod.hook(declaration.name)
    }

    /// What people know it by.
    var name: String { "\(plugin)/\(declaration.name)" }

    /// Whether this one comes before the other: by priority, then the plugin's id, then its name.
    func precedes(_ other: Hook) -> Bool {
        let (mine, its) = (declaration.priority, other.declaration.priority)
        if mine != its { return mine > its }
        return (plugin, declaration.name) < (other.plugin, other.declaration.name)
    }
}
