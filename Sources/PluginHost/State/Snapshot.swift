package import struct FoundationEssentials.Date

/// The state of a plugin at one moment (HR-6).
package struct Snapshot: Hashable, Sendable {
    /// The plugin whose state it is.
    package var plugin: String
    /// When it was saved, to the millisecond.
    package var time: Date
    /// The version of the plugin that saved it.
    package var pluginVersion: String
    /// The version of the state's own layout (HR-7).
    package var schemaVersion: UInt32
    /// What the plugin wrote.
    package var bytes: [UInt8]
    /// What the host knows of it, by name.
    package var metadata: [String: String]

    package init(
        plugin: String,
        time: Date,
        pluginVersion: String,
        schemaVersion: UInt32,
        bytes: [UInt8],
        metadata: [String: String] = [:]
    ) {
        self.plugin = plugin
        self.time = TimestampText.rounded(time)
        self.pluginVersion = pluginVersion
        self.schemaVersion = schemaVersion
        self.bytes = bytes
        self.metadata = metadata
    }

    /// The generation that saved it, if it says so.
    package var generation: UInt64? {
        get { metadata["generation"].flatMap { UInt64($0) } }
        set { metadata["generation"] = newValue.map(String.init) }
    }
}
