/// A plugin's settings, as the operator wrote them (PL-5).
///
/// A setting that is absent or null has the default that the plugin gives. One of the wrong type throws a failure that
/// names it, so that the operator's mistake is told and not guessed at.
public struct PluginConfiguration: Sendable {
    private let bytes: [UInt8]
    private let values: [String: SettingValue]

    /// Creates a configuration from a JSON object; no bytes at all are an empty one.
    public init(json bytes: [UInt8]) throws(PluginFailure) {
        self.bytes = bytes.isEmpty ? Array("{}".utf8) : bytes
        self.values = try JSON.decode(
            [String: SettingValue].self,
            from: self.bytes,
            failingWith: .badPayload,
            "the configuration"
        )
    }

    /// Creates a configuration from a JSON object, for tests.
    public init(json: String) throws(PluginFailure) {
        try self.init(json: Array(json.utf8))
    }

    /// The names of the settings, in order.
    public var keys: [String] { values.keys.sorted() }

    /// Reads all settings at once into a type of the plugin's own.
    public func decode<Settings: Decodable>(_ type: Settings.Type) throws(PluginFailure) -> Settings {
        try JSON.decode(type, from: bytes, failingWith: .badPayload, "the configuration")
    }

    /// Reads a text.
    public func string(_ key: String) throws(PluginFailure) -> String? {
        switch values[key] {
        case nil, .null: nil
        case .string(let value): value
        default: throw wrongType(key, "a text")
        }
    }

    /// Reads a text that has a default.
    public func string(_ key: String, default value: String) throws(PluginFailure) -> String {
        try string(key) ?? value
    }

    /// Reads a whole number.
    public func integer(_ key: String) throws(PluginFailure) -> Int? {
        switch values[key] {
        case nil, .null: nil
        case .integer(let value): value
        default: throw wrongType(key, "a whole number")
        }
    }

    /// Reads a whole number that has a default.
    public func integer(_ key: String, default value: Int) throws(PluginFailure) -> Int {
        try integer(key) ?? value
    }

    /// Reads a number.
    public func number(_ key: String) throws(PluginFailure) -> Double? {
        switch values[key] {
        case nil, .null: nil
        case .integer(let value): Double(value)
        case .number(let value): value
        default: throw wrongType(key, "a number")
        }
    }

    /// Reads a number that has a default.
    public func number(_ key: String, default value: Double) throws(PluginFailure) -> Double {
        try number(key) ?? value
    }

    /// Reads a truth value.
    public func bool(_ key: String) throws(PluginFailure) -> Bool? {
        switch values[key] {
        case nil, .null: nil
        case .bool(let value): value
        default: throw wrongType(key, "true or false")
        }
    }

    /// Reads a truth value that has a default.
    public func bool(_ key: String, default value: Bool) throws(PluginFailure) -> Bool {
        try bool(key) ?? value
    }

    private func wrongType(_ key: String, _ wanted: String) -> PluginFailure {
        PluginFailure(.badPayload, "the setting '\(key)' has the wrong type: \(wanted) is wanted")
    }
}
