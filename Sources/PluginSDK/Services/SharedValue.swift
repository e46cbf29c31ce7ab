/// A value that plugins share.
public struct SharedValue: Hashable, Sendable {
    /// What the bytes are, as whoever set them said.
    public var type: String
    /// Which of the key's values it is.
    public var version: UInt64
    /// Whether it survives a restart of the host.
    public var isKept: Bool
    /// The value.
    public var bytes: [UInt8]

    /// The bytes as text; what is no UTF-8 in them is replaced.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    package init(type: String, version: UInt64, isKept: Bool, bytes: [UInt8]) {
        (self.type, self.version, self.isKept, self.bytes) = (type, version, isKept, bytes)
    }

    /// Reads the host's answer: a line of JSON, and the bytes.
    init(answer: [UInt8]) throws(PluginFailure) {
        struct Header: Decodable {
            var type: String
            var version: UInt64
            var kept: Bool
        }
        let end = answer.firstIndex(of: UInt8(ascii: "\n")) ?? answer.endIndex
        let header = try JSON.decode(
            Header.self,
            from: Array(answer[..<end]),
            failingWith: .internalError,
            "the host's answer"
        )
        (type, version, isKept) = (header.type, header.version, header.kept)
        bytes = Array(answer[end...].dropFirst())
    }
}
