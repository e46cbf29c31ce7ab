/// Reads the fields of one component, and says of each fault which component and which key it is.
struct ComponentFields {
    /// The list and the place in it, such as `actions[2]`, with the name as soon as that is known.
    private var place: String
    private let fields: [String: JSONValue]

    init(_ value: JSONValue, at place: String, keys: [String]) throws(PluginError) {
        self.place = place
        guard case .object(let fields) = value else {
            throw Self.fault(place, "it is no object")
        }
        self.fields = fields
        if case .string(let name) = fields["name"] { self.place = "\(place) '\(name.prefix(80))'" }
        for key in fields.keys.sorted() where !keys.contains(key) {
            let meant = Spelling.nearest(to: key, among: keys).map { "; did you mean '\($0)'?" } ?? ""
            throw fault("'\(key.prefix(80))' is no key of it\(meant)")
        }
    }

    static func fault(_ place: String, _ reason: String) -> PluginError {
        PluginError(code: .badDescriptor, message: "in its components, \(place): \(reason)")
    }

    func fault(_ reason: String) -> PluginError {
        Self.fault(place, reason)
    }

    func has(_ key: String) -> Bool { fields[key] != nil }

    // MARK: Texts

    func text(_ key: String, default value: String? = nil) throws(PluginError) -> String {
        switch fields[key] {
        case .string(let text):
            guard text.utf8.count <= 16 << 10 else { throw fault("'\(key)' is longer than 16384 bytes") }
            guard !text.utf8.contains(0) else { throw fault("'\(key)' has a zero byte") }
            return text
        case nil:
            if let value { return value }
            throw fault("'\(key)' is missing")
        default: throw fault("'\(key)' has to be a text")
        }
    }

    /// A word such as `order-placed`; what it is made of is safe in the name of a method, a topic and a file.
    func word(_ key: String, dots: Bool = true) throws(PluginError) -> String {
        let text = try text(key)
        guard Self.isWord(text, dots: dots) else {
            let rule = "1 to 64 of a-z A-Z 0-9 _ -\(dots ? " ." : "") that begin with a letter or a digit"
            throw fault("'\(key)' has to be \(rule), not '\(text.prefix(80))'")
        }
        return text
    }

    static func isWord(_ text: String, dots: Bool) -> Bool {
        guard let first = text.utf8.first, isLetterOrDigit(first), text.utf8.count <= 64 else { return false }
        return text.utf8.allSatisfy { byte in
            isLetterOrDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                || dots && byte == UInt8(ascii: ".")
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    func texts(_ key: String, default value: [String]? = nil) throws(PluginError) -> [String] {
        switch fields[key] {
        case .array(let items):
            var texts: [String] = []
            for item in items {
                guard case .string(let text) = item, !text.isEmpty else {
                    throw fault("'\(key)' has to be a list of texts that are not empty")
                }
                texts.append(text)
            }
            return texts
        case nil:
            if let value { return value }
            throw fault("'\(key)' is missing")
        default: throw fault("'\(key)' has to be a list of texts")
        }
    }

    func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String,
        default value: Value
    ) throws(PluginError) -> Value where Value.RawValue == String {
        guard fields[key] != nil else { return value }
        let text = try text(key)
        if let value = Value(rawValue: text) { return value }
        let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw fault("'\(key)' is one of \(known), not '\(text.prefix(80))'")
    }

    // MARK: Others

    func flag(_ key: String, default value: Bool) throws(PluginError) -> Bool {
        switch fields[key] {
        case .bool(let flag): return flag
        case nil: return value
        default: throw fault("'\(key)' has to be true or false")
        }
    }

    func whole(_ key: String, in range: ClosedRange<Int>, default value: Int) throws(PluginError) -> Int {
        switch fields[key] {
        case .integer(let number):
            guard let number = Int(exactly: number), range.contains(number) else {
                throw fault("'\(key)' has to be \(range.lowerBound) to \(range.upperBound), not \(number)")
            }
            return number
        case nil: return value
        default: throw fault("'\(key)' has to be a whole number")
        }
    }

    func number(_ key: String, in range: ClosedRange<Double>) throws(PluginError) -> Double {
        let number: Double
        switch fields[key] {
        case .integer(let value): number = Double(value)
        case .number(let value): number = value
        case nil: throw fault("'\(key)' is missing")
        default: throw fault("'\(key)' has to be a number")
        }
        guard range.contains(number) else {
            throw fault("'\(key)' has to be \(range.lowerBound) to \(range.upperBound), not \(number)")
        }
        return number
    }

    func duration(_ key: String, default value: Duration? = nil) throws(PluginError) -> Duration {
        if fields[key] == nil, let value { return value }
        let text = try text(key)
        guard let duration = DurationText.parse(text), duration > .zero else {
            throw fault("'\(key)' has to be a time such as 250ms, 30s or 5m, not '\(text.prefix(80))'")
        }
        return duration
    }

    /// A value that is looked into elsewhere.
    func value(_ key: String) -> JSONValue? { fields[key] }
}
