internal import struct FoundationEssentials.Data

/// What a plugin has answered, as the control socket carries it.
struct CallAnswer: Hashable, Sendable, Codable {
    /// The plugin's id.
    var plugin: String
    /// The method that was called.
    var method: String
    /// The answer as text; `nil` if the bytes are none.
    var output: String?
    /// The answer, whatever its bytes.
    var outputBase64: String

    init(plugin: String, method: String, bytes: [UInt8]) {
        self.plugin = plugin
        self.method = method
        output = String(validating: bytes, as: UTF8.self)
        outputBase64 = Data(bytes).base64EncodedString()
    }

    /// The bytes of the answer; `nil` if they were damaged on the way.
    var bytes: [UInt8]? {
        Data(base64Encoded: outputBase64).map(Array.init)
    }
}
