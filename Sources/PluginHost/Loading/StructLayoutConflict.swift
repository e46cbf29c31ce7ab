/// A C struct whose layout differs between an image that is loaded and one that is to be.
package struct StructLayoutConflict: Hashable, Sendable {
    /// The name of the struct in C.
    package let name: String
    /// The layout that the process has.
    package let loaded: StructLayout
    /// The file that brought it.
    package let loadedFrom: String
    /// The layout that the new image has.
    package let wanted: StructLayout
    /// The file of the new image.
    package let path: String

    /// The refusal that this conflict is.
    package var error: PluginError {
        PluginError(
            code: .layoutConflict,
            message: "\(path): its C struct \(name) has \(wanted), but \(loadedFrom), which is loaded, has one of "
                + "\(loaded), and Swift knows one layout per name in a process; give the struct a new name whenever its "
                + "layout changes, such as \(name)_v2, or restart the host"
        )
    }
}
