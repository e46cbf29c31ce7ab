/// Why an image can't be loaded, or what an instance refused.
///
/// The host makes its own error of it, at one place; a runner sends it as it is.
package struct PluginFault: Error, Hashable, Sendable {
    /// The kind of a fault.
    package enum Kind: UInt8, Sendable {
        /// The plugin returned a status, which says more.
        case refused
        /// The dynamic linker refused the file.
        case linkerRefused
        /// The dynamic linker ran out of memory or mappings.
        case exhausted
        /// The dynamic linker gave back code that was loaded before.
        case staleCode
        case noFactory
        case wrongABI
        case badDescriptor
        /// The state can't be read by this version.
        case stateRefused
    }

    package var kind: Kind
    package var message: String
    /// What the plugin returned, if it was asked.
    package var status: Int32?

    package init(_ kind: Kind, _ message: String, status: Int32? = nil) {
        self.kind = kind
        self.message = message
        self.status = status
    }

    /// Makes the fault of something that a plugin was asked to do and returned a status for.
    package init(status: Int32, saying complaint: String, by what: String) {
        let why = complaint.isEmpty ? "the plugin gave no reason (status \(status))" : complaint
        self.init(.refused, "\(what): \(why)", status: status)
    }
}
