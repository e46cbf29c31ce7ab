internal import struct FoundationEssentials.Data

/// What an OpenSSH signature says of itself before anybody has verified it: what it was made for.
///
/// It is only asked which question to put to `ssh-keygen`; nothing is believed that `ssh-keygen` does not confirm.
package struct SignatureEnvelope: Hashable, Sendable {
    /// What signatures of plugins are made for; behind a colon may stand which plugin.
    package static let namespace = "plugin-host"
    /// No signature is larger.
    package static let largest = 65_536

    /// The namespace that the signature was made for.
    package let namespace: String

    /// Reads a signature; the result is `nil` if it is none.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.largest else { return nil }
        let lines = bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
        guard lines.first.map({ $0.elementsEqual("-----BEGIN SSH SIGNATURE-----".utf8) }) == true,
            let end = lines.firstIndex(where: { $0.elementsEqual("-----END SSH SIGNATURE-----".utf8) }),
            let blob = Data(base64Encoded: Data(lines[1..<end].joined())).map({ Array($0) })
        else { return nil }
        // The key and the namespace stand behind the magic and a version, each behind its length.
        var rest = blob[...]
        guard rest.starts(with: "SSHSIG".utf8) else { return nil }
        rest = rest.dropFirst(6)
        guard Self.number(&rest) == 1, Self.text(&rest) != nil, let name = Self.text(&rest),
            let namespace = String(validating: name, as: UTF8.self), !namespace.isEmpty
        else { return nil }
        self.namespace = namespace
    }

    /// The plugin that the signature was made for; `nil` if it was made for any.
    package var plugin: String? {
        guard namespace.hasPrefix(Self.namespace + ":") else { return nil }
        return String(namespace.dropFirst(Self.namespace.count + 1))
    }

    /// Whether it was made for plugins at all.
    package var isForPlugins: Bool {
        namespace == Self.namespace || plugin.map(StateDirectory.isFileName) == true
    }

    /// The namespace for a plugin, or for any.
    package static func namespace(for plugin: String?) -> String {
        plugin.map { "\(namespace):\($0)" } ?? namespace
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard rest.count >= 4 else { return nil }
        defer { rest = rest.dropFirst(4) }
        return rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }

    private static func text(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let count = number(&rest), count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
