/// What is known of a file in a plugin directory, without having run any of its code.
package struct PluginFileFacts: Hashable, Sendable {
    package var path: String
    /// Why no host would load it, with the code; `nil` for a plugin.
    package var refusal: String?
    package var refusalCode: String?
    /// Why this host would not trust it; `nil` if it would.
    package var distrust: String?
    /// The Swift compiler that made it, as major * 10000 + minor * 100 + patch; `nil` for another language.
    package var compiler: UInt32?
    package var abiMinor: UInt32?
    /// C structs that are laid out otherwise in another file.
    package var layoutConflict: String?

    package init(path: String) {
        self.path = path
    }
}
