public import struct FoundationEssentials.Date

/// Something that has happened; it is sent after the fact that it names (HR-3, PL-7).
public struct PluginEvent: Hashable, Sendable, Codable {
    /// What has happened.
    ///
    /// The raw value is the name in `plugin-host events --json`.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// A new generation is being put in place, of a new build or of the one that serves.
        ///
        /// Each beginning has one end: `reload-completed` with success, or `reload-failed`.
        case reloadStarted = "reload-started"
        /// A reload is over; `success` says how it ended. Without success, this build is tried no more by itself.
        case reloadCompleted = "reload-completed"
        /// One attempt failed; `error` says why. It has had no beginning if its file could not be judged, or if nothing served.
        case reloadFailed = "reload-failed"
        /// The generation before serves again; `reason` says why.
        case rollbackTriggered = "rollback-triggered"
        /// A file was found.
        case pluginDiscovered = "plugin-discovered"
        /// A file is gone and its plugin was unloaded.
        case pluginRemoved = "plugin-removed"
        /// The state of a plugin was saved.
        case statePreserved = "state-preserved"
        /// A saved state was taken over.
        case stateRestored = "state-restored"
        /// A file was seen to have changed, under a strategy that does not reload by itself.
        case changeNoticed = "change-noticed"
        /// A plugin was loaded.
        case loaded
        /// A plugin was unloaded.
        case unloaded
        /// A plugin went from one state to another.
        case stateChanged = "state-changed"
        /// The process of a plugin has crashed or was ended; `reason` says how.
        case crashed
        /// The plugin was started again after a crash, or waits as it did before it; `attempt` says how often in a row.
        case restarted
        /// A managed program went from one state to another.
        case programStateChanged = "program-state-changed"
        /// The host has looked after its parts (CH-3); `new` says how they are, `old` how they were if that has changed.
        case heartbeat
        /// Something failed.
        case error
        /// An event of the plugin's own.
        case custom
    }

    /// When it happened.
    public var time: Date
    /// What has happened.
    public var event: Kind
    /// The plugin's id.
    public var plugin: String?
    /// The id of the managed program.
    public var program: String?
    /// The generation that it happened to.
    public var generation: UInt64?
    /// Which attempt at this build, from 1 on.
    public var attempt: Int?
    /// The file.
    public var path: String?
    /// Whether a reload ended well.
    public var success: Bool?
    /// How long a reload took.
    public var durationSeconds: Double?
    /// How long calls were held for it.
    public var holdSeconds: Double?
    /// How long each step of a reload took.
    public var phases: [ReloadResult.Phase]?
    /// What failed, and why.
    public var error: String?
    /// Why the host did this.
    public var reason: String?
    /// The state before.
    public var old: String?
    /// The state after.
    public var new: String?
    /// The type of a plugin's own event.
    public var type: String?
    /// The bytes of a plugin's own event, base64 in JSON.
    public var data: [UInt8]?

    /// Creates an event of this moment.
    public init(_ event: Kind, plugin: String? = nil, generation: UInt64? = nil, path: String? = nil) {
        time = Date()
        self.event = event
        self.plugin = plugin
        self.generation = generation
        self.path = path
    }
}
