internal import FoundationEssentials

/// The one way in which the SDK reads and writes JSON.
///
/// Keys are sorted, so that one state is always written as the same bytes, and a state may hold infinities.
package enum JSON {
    // Both are only read after they were made, and are `Sendable`; sharing them saves an allocation for each call.
    private static let encoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return encoder
    }()
    private static let decoder = {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return decoder
    }()

    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        try [UInt8](encoder.encode(value))
    }

    /// Lends the bytes of a value, without a copy.
    static func withEncoded(_ value: some Encodable, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try unsafe encoder.encode(value).withUnsafeBytes { try unsafe body($0) }
    }

    /// Reads a value from bytes, and says in the failure where it went wrong.
    package static func decode<Value: Decodable>(
        _ type: Value.Type,
        from bytes: [UInt8],
        failingWith code: PluginFailure.Code,
        _ subject: @autoclosure () -> String
    ) throws(PluginFailure) -> Value {
        try decode(type, from: Data(bytes), failingWith: code, subject())
    }

    /// Reads a value, and says in the failure where it went wrong.
    static func decode<Value: Decodable>(
        _ type: Value.Type,
        from data: Data,
        failingWith code: PluginFailure.Code,
        _ subject: @autoclosure () -> String
    ) throws(PluginFailure) -> Value {
        // Foundation ends the process over an array that begins on the 513th level, with the very last byte (Swift 6.3); as
        // UTF-16 or UTF-32 it ends with zeros. What ends like that is no JSON on any level.
        guard (data.last == 0 ? data.last { $0 != 0 } : data.last) != UInt8(ascii: "[") else {
            throw PluginFailure(code, "\(subject()) is not valid: it ends where an array begins")
        }
        do {
            return try decoder.decode(type, from: data)
        } catch let error as DecodingError {
            throw PluginFailure(code, "\(subject()) \(describe(error))")
        } catch {
            throw PluginFailure(code, "\(subject()) can't be read: \(error)")
        }
    }

    private static func describe(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(let type, let context):
            "has the wrong type\(place(context.codingPath)): \(type) is wanted"
        case .valueNotFound(let type, let context):
            "lacks a value\(place(context.codingPath)): \(type) is wanted"
        case .keyNotFound(let key, let context):
            "lacks the key\(place(context.codingPath + [key]))"
        case .dataCorrupted(let context):
            "is not valid\(place(context.codingPath)): \(context.debugDescription)"
        @unknown default:
            "can't be read: \(error)"
        }
    }

    /// Writes a path as `.rooms[2].name`.
    private static func place(_ path: [any CodingKey]) -> String {
        guard !path.isEmpty else { return "" }
        let parts = path.enumerated().map { index, key in
            if let number = key.intValue { return "[\(number)]" }
            return index == 0 ? key.stringValue : ".\(key.stringValue)"
        }
        return " at '\(parts.joined())'"
    }
}
