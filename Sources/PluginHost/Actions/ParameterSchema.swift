/// What arguments have to look like: the common part of JSON schema (RS-12).
///
/// It knows `type`, `properties`, `required`, `additionalProperties`, `items`, `enum`, `minimum`, `maximum`, `minLength`,
/// `maxLength`, `default`, `title` and `description`.
package struct ParameterSchema: Hashable, Sendable {
    /// The kinds of values that a schema may name.
    enum Kind: String, CaseIterable, Sendable {
        case object, array, string, integer, number, boolean, null

        /// With its article, for sentences.
        var phrase: String {
            switch self {
            case .object, .array, .integer: "an \(rawValue)"
            case .string: "a text"
            case .number: "a number"
            case .boolean: "true or false"
            case .null: "null"
            }
        }

        func fits(_ value: JSONValue) -> Bool {
            switch (self, value) {
            case (.object, .object), (.array, .array), (.string, .string), (.boolean, .bool), (.null, .null): true
            case (.integer, .integer), (.number, .integer), (.number, .number): true
            case (.integer, .number(let number)): number.rounded() == number
            default: false
            }
        }
    }

    /// Allowed kinds; empty for any.
    var kinds: [Kind] = []
    var properties: [String: ParameterSchema] = [:]
    var required: [String] = []
    var allowsOthers = true
    /// What other properties have to look like; at most one.
    var others: [ParameterSchema] = []
    /// What elements have to look like; at most one.
    var items: [ParameterSchema] = []
    var choices: [JSONValue]?
    var minimum: Double?
    var maximum: Double?
    var minimumLength: Int?
    var maximumLength: Int?
    /// What stands for the value if it is missing.
    var fallback: JSONValue?
}
