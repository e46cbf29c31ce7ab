internal import PluginSDK

/// The values that the plugins of a test host share, with the methods of the host's own service.
struct SharedValues: Sendable {
    private(set) var values: [String: SharedValue] = [:]
    private var lastVersion: UInt64 = 0

    /// Sets a value; says which version it has.
    @discardableResult
    mutating func set(_ key: String, _ bytes: [UInt8], type: String, isKept: Bool) -> UInt64 {
        lastVersion += 1
        values[key] = SharedValue(type: type, version: lastVersion, isKept: isKept, bytes: bytes)
        return lastVersion
    }

    private struct Found: Encodable {
        var type: String
        var version: UInt64
        var kept: Bool
    }

    private struct Header: Decodable {
        var key: String
        var type: String?
        var keep: Bool?
        var version: UInt64?
    }

    private struct Outcome: Encodable {
        var set: Bool
        var version: UInt64
    }

    /// Does what a plugin asks for.
    mutating func serve(_ method: String, _ input: [UInt8]) throws(PluginFailure) -> [UInt8] {
        let key = String(decoding: input, as: UTF8.self)
        switch method {
        case "get":
            guard let value = values[key] else { throw PluginFailure(.notFound, "there is no shared value '\(key)'") }
            let found = Found(type: value.type, version: value.version, kept: value.isKept)
            return try Self.encode(found) + [UInt8(ascii: "\n")] + value.bytes
        case "set", "compare-and-set": return try change(method, input)
        case "remove": return try Self.encode(["removed": values.removeValue(forKey: key) != nil])
        case "keys": return try Self.encode(values.keys.filter { $0.hasPrefix(key) }.sorted())
        default: throw PluginFailure(.methodNotFound, "the shared state has no method '\(method)'")
        }
    }

    private mutating func change(_ method: String, _ input: [UInt8]) throws(PluginFailure) -> [UInt8] {
        let end = input.firstIndex(of: UInt8(ascii: "\n")) ?? input.endIndex
        let header = try JSON.decode(
            Header.self,
            from: Array(input[..<end]),
            failingWith: .badPayload,
            "the first line of the input"
        )
        guard Self.isKey(header.key) else {
            throw PluginFailure(.badPayload, "'\(header.key)' is no key: 1 to 128 of a-z A-Z 0-9 . _ - / :")
        }
        if method == "compare-and-set" {
            guard let expected = header.version else { throw PluginFailure(.badPayload, "'version' is missing") }
            let present = values[header.key]?.version ?? 0
            guard present == expected else { return try Self.encode(Outcome(set: false, version: present)) }
        }
        let bytes = Array(input[end...].dropFirst())
        let version = set(header.key, bytes, type: header.type ?? "bytes", isKept: header.keep ?? false)
        return try Self.encode(Outcome(set: true, version: version))
    }

    private static func isKey(_ key: String) -> Bool {
        (1...128).contains(key.utf8.count)
            && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-/:".contains($0)) }
    }

    private static func encode(_ value: some Encodable) throws(PluginFailure) -> [UInt8] {
        do {
            return try JSON.encode(value)
        } catch {
            throw PluginFailure(.internalError, "\(error)")
        }
    }
}
