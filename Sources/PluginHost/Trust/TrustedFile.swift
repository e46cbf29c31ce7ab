internal import LinuxSystem

/// The bytes of a file that may be loaded.
package struct TrustedFile: Sendable {
    package let bytes: [UInt8]
    /// The plugin that its signature was made for; `nil` if it may be any.
    package let plugin: String?

    package init(bytes: [UInt8], plugin: String? = nil) {
        self.bytes = bytes
        self.plugin = plugin
    }

    /// Refuses what turned out to be another plugin than was signed for.
    ///
    /// Its code has run by then, as that of a plugin that its signer may provide; it is not created.
    func check(_ id: String, path: String) throws(PluginError) {
        guard let plugin, plugin != id else { return }
        throw TrustRefusal(path: path).error(
            "its signature was made for the plugin \(plugin), and it is \(id)",
            "sign it with 'plugin-host sign --plugin \(id)'"
        )
    }
}
