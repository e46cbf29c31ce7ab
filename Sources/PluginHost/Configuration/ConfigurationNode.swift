/// A JSON value that knows its line, so that errors can name it.
package struct ConfigurationNode: Hashable, Sendable {
    /// A name and its value.
    package struct Member: Hashable, Sendable {
        package let name: String
        package let line: Int
        package let value: ConfigurationNode
    }

    /// What stands there.
    package indirect enum Content: Hashable, Sendable {
        case null
        case bool(Bool)
        case integer(Int64)
        case number(Double)
        case string(String)
        case array([ConfigurationNode])
        case object([Member])
    }

    /// The line on which it begins, from 1 on.
    package let line: Int
    /// What stands there.
    package let content: Content

    /// The value without its lines.
    package var json: JSONValue {
        switch content {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .string(let value): .string(value)
        case .array(let values): .array(values.map(\.json))
        case .object(let members): .object(Dictionary(members.map { ($0.name, $0.value.json) }) { _, last in last })
        }
    }

    /// The value as an error message shows it.
    package var summary: String {
        switch content {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value): "'\(value)'"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
