internal import CPluginABI

/// The values that the plugins of a host share, by their keys (PL-6).
///
/// Needs the permission `state.shared`. Keys are 1 to 128 of `a-z A-Z 0-9 . _ - / :`.
public struct SharedState: Sendable {
    private let context: PluginContext

    init(_ context: PluginContext) {
        self.context = context
    }

    /// Gives the value of a key; nil if there is none.
    public func value(of key: String) throws(PluginFailure) -> SharedValue? {
        let answer: [UInt8]
        do throws(PluginFailure) {
            answer = try request("get", Array(key.utf8))
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
        return try SharedValue(answer: answer)
    }

    /// Sets a value, whatever was there.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - bytes: The value.
    ///   - type: What the bytes are: `json`, `text`, `bytes`, `int`, or a name of the plugin's own.
    ///   - isKept: Whether it survives a restart of the host.
    /// - Returns: The version that it has from now on, which no other value of the key ever has.
    /// - Throws: ``PluginFailure`` with `busy` if there is no room for it.
    @discardableResult
    public func set(
        _ key: String,
        to bytes: [UInt8],
        type: String = "bytes",
        isKept: Bool = false
    ) throws(PluginFailure) -> UInt64 {
        try change("set", Header(key: key, type: type, keep: isKept), bytes).version
    }

    /// Sets a value if nobody has changed it since it was read.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - version: The version that was read; 0 for a key that has no value.
    ///   - bytes: The value.
    ///   - type: What the bytes are.
    ///   - isKept: Whether it survives a restart of the host.
    /// - Returns: Whether it was set, and the version that the key has now.
    /// - Throws: ``PluginFailure`` with `busy` if there is no room for it.
    public func compareAndSet(
        _ key: String,
        from version: UInt64,
        to bytes: [UInt8],
        type: String = "bytes",
        isKept: Bool = false
    ) throws(PluginFailure) -> SharedChange {
        try change("compare-and-set", Header(key: key, type: type, keep: isKept, version: version), bytes)
    }

    /// Removes a value; says whether there was one.
    @discardableResult
    public func remove(_ key: String) throws(PluginFailure) -> Bool {
        struct Answer: Decodable {
            var removed: Bool
        }
        let answer = try request("remove", Array(key.utf8))
        return try JSON.decode(Answer.self, from: answer, failingWith: .internalError, "the host's answer").removed
    }

    /// Gives the keys that begin with a text, in order.
    public func keys(beginningWith prefix: String = "") throws(PluginFailure) -> [String] {
        let answer = try request("keys", Array(prefix.utf8))
        return try JSON.decode([String].self, from: answer, failingWith: .internalError, "the host's answer")
    }

    // MARK: Values of the plugin's own types

    /// Gives the value of a key that is JSON; nil if there is none.
    public func json<Value: Decodable>(_ key: String, as type: Value.Type = Value.self) throws(PluginFailure) -> Value?
    {
        guard let value = try value(of: key) else { return nil }
        return try JSON.decode(type, from: value.bytes, failingWith: .badPayload, "the shared value \(key)")
    }

    /// Sets a value as JSON.
    @discardableResult
    public func setJSON(_ key: String, to value: some Encodable, isKept: Bool = false) throws -> UInt64 {
        try set(key, to: JSON.encode(value), type: "json", isKept: isKept)
    }

    // MARK: Asking

    private struct Header: Encodable {
        var key: String
        var type: String
        var keep: Bool
        var version: UInt64?
    }

    private func change(_ method: String, _ header: Header, _ bytes: [UInt8]) throws(PluginFailure) -> SharedChange {
        let line: [UInt8]
        do {
            line = try JSON.encode(header)
        } catch {
            throw PluginFailure(.badPayload, "\(header.key): \(error)")
        }
        let answer = try request(method, line + [UInt8(ascii: "\n")] + bytes)
        return try JSON.decode(SharedChange.self, from: answer, failingWith: .internalError, "the host's answer")
    }

    private func request(_ method: String, _ input: [UInt8]) throws(PluginFailure) -> [UInt8] {
        try context.service(named: PH_SHARED_STATE_V1).request(method, input)
    }
}
