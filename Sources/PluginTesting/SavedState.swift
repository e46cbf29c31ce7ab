/// A state as a host keeps it between two instances.
public struct SavedState: Hashable, Sendable {
    /// The schema version that it is written in; 0 if the plugin declares none.
    public var schema: UInt32
    /// The version of the plugin that has saved it; `nil` if that is not to matter.
    public var version: String?
    /// What was saved.
    public var bytes: [UInt8]

    /// Creates a state of bytes.
    public init(bytes: [UInt8], schema: UInt32 = 0, version: String? = nil) {
        self.schema = schema
        self.version = version
        self.bytes = bytes
    }

    /// Creates a state of text, such as the JSON that an older version of a plugin has written.
    public init(_ text: String, schema: UInt32 = 0, version: String? = nil) {
        self.init(bytes: Array(text.utf8), schema: schema, version: version)
    }

    /// The bytes as text; what is no UTF-8 in them is replaced.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}
