extension ParameterSchema {
    /// Why something is no schema that the host can check by, as the rest of a sentence behind the action's name.
    package struct Malformed: Error, Hashable, Sendable {
        package let reason: String
    }

    private static let keywords = [
        "type", "properties", "required", "additionalProperties", "items", "enum", "minimum", "maximum", "minLength",
        "maxLength", "default", "title", "description",
    ]
    private static let deepest = 16

    /// Reads the schema of an action's parameters, which describes an object.
    package init(parameters value: JSONValue) throws(Malformed) {
        // No schema at all: no parameters.
        let isEmpty = value == .object([:])
        try self.init(isEmpty ? .object(["type": .string("object")]) : value, at: "parameters", depth: 0)
        guard kinds == [.object] else {
            throw Malformed(reason: "parameters.type has to be \"object\": arguments are given by name")
        }
    }

    private init(_ value: JSONValue, at path: String, depth: Int) throws(Malformed) {
        guard case .object(let fields) = value else {
            throw Malformed(reason: "\(path) has to be a JSON schema, which is an object")
        }
        guard depth < Self.deepest else { throw Malformed(reason: "\(path) is nested deeper than \(Self.deepest)") }
        if let unknown = fields.keys.filter({ !Self.keywords.contains($0) }).min() {
            let known = Self.keywords.joined(separator: ", ")
            throw Malformed(reason: "\(path).\(unknown) is nothing that the host can check; it knows \(known)")
        }
        kinds = try Self.kinds(fields["type"], at: path)
        if let value = fields["properties"] {
            guard case .object(let members) = value else {
                throw Malformed(reason: "\(path).properties has to be an object")
            }
            for name in members.keys.sorted() {
                properties[name] = try ParameterSchema(
                    members[name] ?? .null,
                    at: "\(path).properties.\(name)",
                    depth: depth + 1
                )
            }
        }
        required = try Self.names(fields["required"], at: "\(path).required")
        switch fields["additionalProperties"] {
        case nil: break
        case .bool(let allows)?: allowsOthers = allows
        case let schema?: others = [try ParameterSchema(schema, at: "\(path).additionalProperties", depth: depth + 1)]
        }
        if let schema = fields["items"] {
            items = [try ParameterSchema(schema, at: "\(path).items", depth: depth + 1)]
        }
        if let value = fields["enum"] {
            guard case .array(let values) = value, !values.isEmpty else {
                throw Malformed(reason: "\(path).enum has to be a list with at least one value")
            }
            choices = values
        }
        minimum = try Self.number(fields["minimum"], at: "\(path).minimum")
        maximum = try Self.number(fields["maximum"], at: "\(path).maximum")
        minimumLength = try Self.length(fields["minLength"], at: "\(path).minLength")
        maximumLength = try Self.length(fields["maxLength"], at: "\(path).maxLength")
        for name in ["title", "description"] {
            switch fields[name] {
            case nil, .string: break
            default: throw Malformed(reason: "\(path).\(name) has to be a text")
            }
        }
        try checkItself(at: path, fallback: fields["default"])
    }

    /// Checks what no arguments could satisfy.
    private mutating func checkItself(at path: String, fallback: JSONValue?) throws(Malformed) {
        if let minimum, let maximum, minimum > maximum {
            throw Malformed(reason: "\(path).minimum is greater than its maximum")
        }
        if let minimumLength, let maximumLength, minimumLength > maximumLength {
            throw Malformed(reason: "\(path).minLength is greater than its maxLength")
        }
        if !allowsOthers, let name = required.first(where: { properties[$0] == nil }) {
            throw Malformed(reason: "\(path).required names \(name), which is none of its properties")
        }
        guard let fallback else { return }
        do throws(ArgumentFault) {
            self.fallback = try checked(fallback, at: "\(path).default")
        } catch {
            throw Malformed(reason: error.reason)
        }
    }

    private static func kinds(_ value: JSONValue?, at path: String) throws(Malformed) -> [Kind] {
        let names: [JSONValue]
        switch value {
        case nil: return []
        case .array(let several)? where !several.isEmpty: names = several
        case let one?: names = [one]
        }
        var kinds: [Kind] = []
        for name in names {
            guard case .string(let text) = name, let kind = Kind(rawValue: text) else {
                let known = Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw Malformed(reason: "\(path).type has to be one of \(known), or a list of them")
            }
            kinds.append(kind)
        }
        return kinds
    }

    private static func names(_ value: JSONValue?, at path: String) throws(Malformed) -> [String] {
        guard let value else { return [] }
        guard case .array(let elements) = value else { throw Malformed(reason: "\(path) has to be a list of names") }
        var names: [String] = []
        for element in elements {
            guard case .string(let name) = element else {
                throw Malformed(reason: "\(path) has to be a list of names")
            }
            names.append(name)
        }
        return names
    }

    private static func number(_ value: JSONValue?, at path: String) throws(Malformed) -> Double? {
        switch value {
        case nil: nil
        case .integer(let number)?: Double(number)
        case .number(let number)?: number
        default: throw Malformed(reason: "\(path) has to be a number")
        }
    }

    private static func length(_ value: JSONValue?, at path: String) throws(Malformed) -> Int? {
        switch value {
        case nil: nil
        case .integer(let number)? where number >= 0: Int(clamping: number)
        default: throw Malformed(reason: "\(path) has to be a whole number from 0 on")
        }
    }
}
