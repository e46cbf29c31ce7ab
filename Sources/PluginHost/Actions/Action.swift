internal import LinuxSystem

/// An action that a plugin has declared, as the host runs it (RS-12).
final class Action: Sendable {
    let plugin: String
    let declaration: ActionDeclaration
    let schema: ParameterSchema
    let method: String
    let gate: ActionGate
    /// Those of its calls that hang; one that never runs several times at once is refused after the first.
    let hanging: HangingCalls

    init(_ declaration: ActionDeclaration, schema: ParameterSchema, of plugin: String, gate: ActionGate) {
        self.plugin = plugin
        self.declaration = declaration
        self.schema = schema
        self.gate = gate
        method = ComponentMethod.action(declaration.name)
        hanging = HangingCalls(limit: declaration.isParallel ? HangingCalls.most : 1)
    }

    /// Whether it may be done for a text; chance decides as this number from 0 up to 1 says.
    func isActive(for text: String, chance: () -> Double) -> Bool {
        switch declaration.activation {
        case .always: return true
        case .never: return false
        case .random(let probability): return chance() < probability
        case .keyword(let keywords):
            let text = text.lowercased()
            return keywords.contains { !$0.isEmpty && text.contains($0.lowercased()) }
        }
    }

    var info: ActionInfo { ActionInfo(declaration, of: plugin) }
}
