/// A file that was judged by its bytes and found to be a plugin for this host.
package struct InspectedImage: Sendable {
    /// Where the bytes came from; what is loaded is these bytes, not what the path may hold by then.
    package let path: String
    package let bytes: [UInt8]
    /// The content's own name.
    package let build: BuildName
    /// What the plugin says of itself; `nil` if it says nothing, which it need not.
    package let manifest: ImageManifest?
    /// The C structs that the plugin's Swift code has imported, by name.
    package let structLayouts: [String: StructLayout]
    /// How much memory the image takes when it is loaded.
    package let mappedSize: Int
}
