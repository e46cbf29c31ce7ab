/// What a plugin says of itself in its file, before any of its code runs.
///
/// It is the sum of all records of the section; what no record says is `nil`.
package struct ImageManifest: Hashable, Sendable, Codable {
    /// The version of the contract that the plugin was compiled against.
    package var abiMajor: UInt32?
    /// What may be looked for by name within that version.
    package var abiMinor: UInt32?
    /// The Swift compiler: major * 10000 + minor * 100 + patch.
    package var swiftVersion: UInt32?
    /// Whether the plugin is written in Swift.
    package var isSwift = false
    /// The oldest schema of a state that the plugin reads.
    package var stateSchemaMinimum: UInt32?
    /// The newest schema of a state that the plugin reads.
    package var stateSchemaMaximum: UInt32?

    package init() {}
}
