import PluginHost

extension JSONValue {
    /// A field of an object; null where there is none.
    subscript(_ key: String) -> JSONValue {
        if case .object(let fields) = self { fields[key] ?? .null } else { .null }
    }

    /// The keys of an object.
    var keys: Set<String> {
        if case .object(let fields) = self { Set(fields.keys) } else { [] }
    }

    /// What an array has.
    var elements: [JSONValue] {
        if case .array(let values) = self { values } else { [] }
    }

    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var whole: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }
}
