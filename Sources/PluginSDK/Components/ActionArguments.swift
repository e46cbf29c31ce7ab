/// The arguments of an action: a JSON object that has passed the schema of its parameters.
public struct ActionArguments: Sendable {
    /// The object as it came.
    public let json: [UInt8]
    private let values: [String: SettingValue]

    /// Creates arguments from a JSON object; no bytes at all are an empty one.
    public init(json: [UInt8]) throws(PluginFailure) {
        self.json = json.isEmpty ? Array("{}".utf8) : json
        values = try JSON.decode(
            [String: SettingValue].self,
            from: self.json,
            failingWith: .badPayload,
            "the action's arguments"
        )
    }

    /// Reads all arguments at once into a type of the plugin's own.
    public func decode<Arguments: Decodable>(_ type: Arguments.Type) throws(PluginFailure) -> Arguments {
        try JSON.decode(type, from: json, failingWith: .badPayload, "the action's arguments")
    }

    /// Reads a text; an argument that may be absent has a default.
    public func string(_ key: String, default value: String? = nil) throws(PluginFailure) -> String {
        switch values[key] {
        case nil, .null: try value.orMissing(key)
        case .string(let text): text
        default: throw wrongType(key, "a text")
        }
    }

    /// Reads a whole number; an argument that may be absent has a default.
    public func integer(_ key: String, default value: Int? = nil) throws(PluginFailure) -> Int {
        switch values[key] {
        case nil, .null: try value.orMissing(key)
        case .integer(let number): number
        default: throw wrongType(key, "a whole number")
        }
    }

    /// Reads a number; an argument that may be absent has a default.
    public func number(_ key: String, default value: Double? = nil) throws(PluginFailure) -> Double {
        switch values[key] {
        case nil, .null: try value.orMissing(key)
        case .integer(let number): Double(number)
        case .number(let number): number
        default: throw wrongType(key, "a number")
        }
    }

    /// Reads a truth value; an argument that may be absent has a default.
    public func bool(_ key: String, default value: Bool? = nil) throws(PluginFailure) -> Bool {
        switch values[key] {
        case nil, .null: try value.orMissing(key)
        case .bool(let flag): flag
        default: throw wrongType(key, "true or false")
        }
    }

    private func wrongType(_ key: String, _ wanted: String) -> PluginFailure {
        PluginFailure(.badPayload, "the argument '\(key)' has the wrong type: \(wanted) is wanted")
    }
}

extension Optional {
    /// The default of an argument, or a failure that says that the argument is missing.
    fileprivate func orMissing(_ key: String) throws(PluginFailure) -> Wrapped {
        if let self { return self }
        throw PluginFailure(.badPayload, "the argument '\(key)' is missing")
    }
}
