internal import LinuxSystem

/// An action that a plugin offers to people and language models (RS-12).
public struct ActionInfo: Hashable, Sendable, Codable {
    /// When an action may be done.
    public enum Activation: String, Hashable, Sendable, Codable {
        /// At any time.
        case always
        /// When one of its keywords stands in the text.
        case keyword
        /// By chance.
        case random
        /// Only when it is asked for by name.
        case never
    }

    /// Its name; no other plugin's action has it.
    public var name: String
    /// The plugin that it is part of.
    public var plugin: String
    /// What it does.
    public var description: String
    /// A JSON schema of its arguments.
    public var parameters: JSONValue
    /// What it needs, in words for people.
    public var requires: [String]
    /// When it may be done.
    public var activation: Activation
    /// The words that make it active.
    public var keywords: [String]?
    /// How likely it is to be active, from 0 to 1.
    public var probability: Double?
    /// Whether it may run several times at once.
    public var isParallel: Bool
    /// How long it may take.
    public var deadlineSeconds: Double

    init(_ declaration: ActionDeclaration, of plugin: String) {
        name = declaration.name
        self.plugin = plugin
        description = declaration.description
        parameters = declaration.parameters
        requires = declaration.requires
        switch declaration.activation {
        case .always: activation = .always
        case .never: activation = .never
        case .keyword(let words): (activation, keywords) = (.keyword, words)
        case .random(let value): (activation, probability) = (.random, value)
        }
        isParallel = declaration.isParallel
        deadlineSeconds = declaration.deadline.inSeconds
    }
}

extension ActionInfo {
    /// The action as language models are told of functions: name, description and parameters.
    public var tool: JSONValue {
        var parameters: [String: JSONValue] = [:]
        if case .object(let fields) = self.parameters { parameters = fields }
        parameters["type"] = .string("object")
        if parameters["properties"] == nil { parameters["properties"] = .object([:]) }
        let needs = requires.isEmpty ? "" : " Needs: \(requires.joined(separator: "; "))."
        return .object([
            "type": .string("function"),
            "function": .object([
                "name": .string(name), "description": .string(description + needs), "parameters": .object(parameters),
            ]),
        ])
    }
}
