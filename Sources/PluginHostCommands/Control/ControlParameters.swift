internal import PluginHost
internal import struct FoundationEssentials.Data

/// The parameters of a request.
struct ControlParameters: Hashable, Sendable {
    let values: [String: JSONValue]

    /// Refuses parameters that the method doesn't know: most are slips of the pen.
    func allow(_ names: String...) throws(ControlError) {
        guard let unknown = values.keys.filter({ !names.contains($0) }).min() else { return }
        let known = names.isEmpty ? "there are none" : "there are \(names.joined(separator: ", "))"
        throw .invalidParameters("there is no parameter \(unknown); \(known)")
    }

    /// Whether anything is said of it.
    func has(_ name: String) -> Bool {
        values[name].map { $0 != .null } ?? false
    }

    /// A text that has to be there.
    func text(_ name: String) throws(ControlError) -> String {
        guard let value = try optionalText(name) else { throw .invalidParameters("\(name) is missing") }
        return value
    }

    /// A text that may be there.
    func optionalText(_ name: String) throws(ControlError) -> String? {
        switch values[name] {
        case nil, .null: return nil
        case .string(let value): return value
        default: throw .invalidParameters("\(name) has to be a text")
        }
    }

    /// The longest reason that makes sense; each event of a reload keeps it.
    private static let longestReason = 1024

    /// Why something is to be done, as a text that may be there.
    func optionalReason() throws(ControlError) -> String? {
        guard let reason = try optionalText("reason"), !reason.isEmpty else { return nil }
        guard reason.utf8.count <= Self.longestReason else {
            throw .invalidParameters("reason has at most \(Self.longestReason) bytes")
        }
        return reason
    }

    /// A truth that may be there; it is none where nothing is said.
    func flag(_ name: String) throws(ControlError) -> Bool {
        switch values[name] {
        case nil, .null: return false
        case .bool(let value): return value
        default: throw .invalidParameters("\(name) has to be true or false")
        }
    }

    /// The longest list that makes sense; the host works through one without looking up.
    private static let mostTexts = 1024

    /// Several texts, at least one.
    func texts(_ name: String) throws(ControlError) -> [String] {
        guard case .array(let elements) = values[name], !elements.isEmpty else {
            throw .invalidParameters("\(name) has to be a list of texts with at least one")
        }
        guard elements.count <= Self.mostTexts else {
            throw .invalidParameters("\(name) has at most \(Self.mostTexts) texts")
        }
        var result: [String] = []
        for element in elements {
            guard case .string(let text) = element else {
                throw .invalidParameters("\(name) has to be a list of texts")
            }
            result.append(text)
        }
        return result
    }

    /// A whole number from 1 on that may be there.
    func optionalGeneration(_ name: String) throws(ControlError) -> UInt64? {
        switch values[name] {
        case nil, .null: return nil
        case .integer(let value) where value > 0: return UInt64(value)
        default: throw .invalidParameters("\(name) has to be a whole number from 1 on")
        }
    }

    /// A number of seconds, greater than nothing, that may be there.
    func optionalSeconds(_ name: String) throws(ControlError) -> Duration? {
        let seconds: Double
        switch values[name] {
        case nil, .null: return nil
        case .integer(let value): seconds = Double(value)
        case .number(let value): seconds = value
        default: throw .invalidParameters("\(name) has to be a number of seconds")
        }
        // A year is longer than any call, and far from where numbers overflow.
        guard seconds > 0, seconds <= 31_536_000 else {
            throw .invalidParameters("\(name) has to be greater than 0 and at most a year")
        }
        return .seconds(seconds)
    }

    /// Bytes, given as text or as base64.
    func bytes(text: String, base64: String) throws(ControlError) -> [UInt8] {
        let plain = try optionalText(text)
        guard let encoded = try optionalText(base64) else { return Array((plain ?? "").utf8) }
        guard plain == nil else { throw .invalidParameters("only one of \(text) and \(base64) can be given") }
        guard let data = Data(base64Encoded: encoded) else { throw .invalidParameters("\(base64) is no base64") }
        return Array(data)
    }
}
