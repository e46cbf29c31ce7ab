/// Why an argument is not what it has to be: where it is, and what was expected.
package struct ArgumentFault: Error, Hashable, Sendable {
    package let reason: String
}

extension ParameterSchema {
    /// The arguments with what stands for those that are missing.
    package func checked(arguments: JSONValue) throws(ArgumentFault) -> JSONValue {
        try checked(arguments, at: "")
    }

    func checked(_ value: JSONValue, at path: String) throws(ArgumentFault) -> JSONValue {
        let place = path.isEmpty ? "the arguments" : path
        guard kinds.isEmpty || kinds.contains(where: { $0.fits(value) }) else {
            let expected = kinds.map(\.phrase).joined(separator: " or ")
            throw ArgumentFault(reason: "\(place) has to be \(expected), not \(Self.phrase(value))")
        }
        if let choices, !choices.contains(where: { Self.areSame($0, value) }) {
            let allowed = choices.map(Self.text).joined(separator: ", ")
            throw ArgumentFault(reason: "\(place) has to be one of \(allowed), not \(Self.text(value))")
        }
        switch value {
        case .integer(let number): try check(Double(number), place)
        case .number(let number): try check(number, place)
        case .string(let text): try check(text, place)
        case .array(let elements): return .array(try checked(elements, path))
        case .object(let members): return .object(try checked(members, path))
        case .null, .bool: break
        }
        return value
    }

    private func check(_ number: Double, _ place: String) throws(ArgumentFault) {
        if let minimum, number < minimum {
            throw ArgumentFault(reason: "\(place) has to be at least \(Self.text(minimum)), not \(Self.text(number))")
        }
        if let maximum, number > maximum {
            throw ArgumentFault(reason: "\(place) has to be at most \(Self.text(maximum)), not \(Self.text(number))")
        }
    }

    private func check(_ text: String, _ place: String) throws(ArgumentFault) {
        // JSON schema counts code points.
        let length = text.unicodeScalars.count
        if let minimumLength, length < minimumLength {
            throw ArgumentFault(reason: "\(place) has to have at least \(minimumLength) characters, not \(length)")
        }
        if let maximumLength, length > maximumLength {
            throw ArgumentFault(reason: "\(place) has to have at most \(maximumLength) characters, not \(length)")
        }
    }

    private func checked(_ elements: [JSONValue], _ path: String) throws(ArgumentFault) -> [JSONValue] {
        guard let schema = items.first else { return elements }
        var result: [JSONValue] = []
        for (index, element) in elements.enumerated() {
            result.append(try schema.checked(element, at: "\(path)[\(index)]"))
        }
        return result
    }

    private func checked(
        _ members: [String: JSONValue],
        _ path: String
    ) throws(ArgumentFault) -> [String: JSONValue] {
        var result = members
        for name in members.keys.sorted() {
            guard let value = members[name] else { continue }
            let place = path.isEmpty ? name : "\(path).\(name)"
            if let schema = properties[name] {
                result[name] = try schema.checked(value, at: place)
            } else if !allowsOthers {
                let known = properties.keys.sorted()
                let near = Spelling.nearest(to: name, among: known).map { "; \($0) may be meant" } ?? ""
                let there = known.isEmpty ? "there are none" : "there are \(known.joined(separator: ", "))"
                throw ArgumentFault(reason: "\(place) is no parameter: \(there)\(near)")
            } else if let schema = others.first {
                result[name] = try schema.checked(value, at: place)
            }
        }
        for (name, schema) in properties where result[name] == nil { result[name] = schema.fallback }
        if let missing = required.first(where: { result[$0] == nil }) {
            let kind = properties[missing].map { " (\($0.kinds.map(\.phrase).joined(separator: " or ")))" } ?? ""
            throw ArgumentFault(
                reason: "\(path.isEmpty ? missing : "\(path).\(missing)")\(kind == " ()" ? "" : kind) is missing"
            )
        }
        return result
    }

    // MARK: Texts

    private static func areSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.integer(let left), .number(let right)): Double(left) == right
        case (.number(let left), .integer(let right)): left == Double(right)
        default: left == right
        }
    }

    private static func phrase(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "the number \(value)"
        case .number(let value): "the number \(value)"
        case .string(let value): "the text \"\(value.prefix(32))\""
        case .array: "a list"
        case .object: "an object"
        }
    }

    private static func text(_ value: JSONValue) -> String {
        guard let bytes = try? JSONCoding.encode(value) else { return "?" }
        return String(decoding: bytes.prefix(64), as: UTF8.self)
    }

    private static func text(_ number: Double) -> String {
        number.rounded() == number && number.magnitude < 1e15 ? "\(Int64(number))" : "\(number)"
    }
}
