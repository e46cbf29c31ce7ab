import FoundationEssentials
import PluginHost
import Testing

@Suite("What a signature says of itself (TR-1)")
struct SignatureEnvelopeTests {
    private static func blob(namespace: String, version: UInt8 = 1) -> [UInt8] {
        func text(_ bytes: [UInt8]) -> [UInt8] { [0, 0, 0, UInt8(bytes.count)] + bytes }
        return Array("SSHSIG".utf8) + [0, 0, 0, version] + text(Array("a key".utf8)) + text(Array(namespace.utf8))
            + text([]) + text(Array("sha512".utf8)) + text(Array("a signature".utf8))
    }

    private static func armoured(_ blob: [UInt8]) -> [UInt8] {
        let text = Data(blob).base64EncodedString()
        let lines = stride(from: 0, to: text.count, by: 70).map { String(text.dropFirst($0).prefix(70)) }
        let parts = ["-----BEGIN SSH SIGNATURE-----"] + lines + ["-----END SSH SIGNATURE-----", ""]
        return Array(parts.joined(separator: "\n").utf8)
    }

    @Test("is what it was made for, and for which plugin")
    func reads() throws {
        let any = try #require(SignatureEnvelope(Self.armoured(Self.blob(namespace: "plugin-host"))))
        #expect(any.namespace == "plugin-host" && any.plugin == nil && any.isForPlugins)
        let one = try #require(SignatureEnvelope(Self.armoured(Self.blob(namespace: "plugin-host:text.upper"))))
        #expect(one.plugin == "text.upper" && one.isForPlugins)
        #expect(SignatureEnvelope.namespace(for: "text.upper") == one.namespace)
    }

    @Test(
        "is not for plugins if it was made for anything else",
        arguments: [
            "git", "file", "plugin-hosts", "plugin-host:", "plugin-host:../x", "plugin-host:a b", "Plugin-host",
        ]
    )
    func foreign(namespace: String) throws {
        #expect(try #require(SignatureEnvelope(Self.armoured(Self.blob(namespace: namespace)))).isForPlugins == false)
    }

    @Test("is nothing if it is none, whatever its bytes are")
    func garbage() {
        #expect(SignatureEnvelope([]) == nil)
        #expect(SignatureEnvelope(Array("-----BEGIN SSH SIGNATURE-----".utf8)) == nil)
        #expect(SignatureEnvelope(Self.armoured([])) == nil)
        #expect(SignatureEnvelope(Self.armoured(Self.blob(namespace: "plugin-host", version: 2))) == nil)
        #expect(SignatureEnvelope(Self.armoured(Self.blob(namespace: ""))) == nil)
        #expect(SignatureEnvelope([UInt8](repeating: 0x41, count: SignatureEnvelope.largest + 1)) == nil)
        let blob = Self.blob(namespace: "plugin-host")
        for count in 0..<(6 + 4 + 4 + 5 + 4 + 11) {
            #expect(SignatureEnvelope(Self.armoured(Array(blob.prefix(count)))) == nil)
        }
        for index in blob.indices {
            for byte in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
                var damaged = blob
                damaged[index] = byte
                _ = SignatureEnvelope(Self.armoured(damaged))
            }
        }
        let text = Self.armoured(blob)
        for index in text.indices {
            var damaged = text
            damaged[index] = 0xFF
            _ = SignatureEnvelope(damaged)
        }
    }
}

@Suite("The binding of signers to plugins")
struct SignerBindingTests {
    private let binding = SignerBinding(["alice": ["text.*", "greeter"], "nobody": []])

    @Test("lets a signer who is not bound provide everything")
    func free() {
        #expect(throws: Never.self) { try binding.check(["bob"], plugin: nil) }
        #expect(throws: Never.self) { try binding.check(["bob"], plugin: "auth") }
        #expect(throws: Never.self) { try SignerBinding([:]).check(["alice"], plugin: nil) }
    }

    @Test("lets a bound signer provide what was named", arguments: ["text.upper", "text.", "greeter"])
    func bound(plugin: String) {
        #expect(throws: Never.self) { try binding.check(["alice"], plugin: plugin) }
    }

    @Test("refuses a bound signer everything else", arguments: ["auth", "texts", "greeter2", "Text.upper", ""])
    func refuses(plugin: String) {
        let allowed = ["text.*", "greeter"]
        #expect(throws: SignerBinding.Refusal.foreign(principal: "alice", plugin: plugin, allowed: allowed)) {
            try binding.check(["alice"], plugin: plugin)
        }
        #expect(throws: SignerBinding.Refusal.unnamed(principal: "alice", allowed: allowed)) {
            try binding.check(["alice"], plugin: nil)
        }
        #expect(throws: SignerBinding.Refusal.foreign(principal: "nobody", plugin: plugin, allowed: [])) {
            try binding.check(["nobody"], plugin: plugin)
        }
    }

    @Test("binds a key that has a bound name, whatever other names it has")
    func severalNames() {
        #expect(throws: SignerBinding.Refusal.self) { try binding.check(["bob", "alice"], plugin: "auth") }
        #expect(throws: SignerBinding.Refusal.self) { try binding.check(["bob", "alice"], plugin: nil) }
        #expect(throws: Never.self) { try binding.check(["bob", "alice"], plugin: "greeter") }
    }
}
