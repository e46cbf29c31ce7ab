/// How a host stands, at one moment.
public struct HostStatus: Hashable, Sendable, Codable {
    /// The host itself.
    public struct Host: Hashable, Sendable, Codable {
        /// The process.
        public var pid: Int32
        /// The version of the host.
        public var version: String
        /// How long the host has been running.
        public var uptimeSeconds: Double
        /// The directories that are watched.
        public var pluginDirectories: [String]
        /// Where state and history are kept.
        public var stateDirectory: String
        /// When changes are reloaded.
        public var strategy: String
        /// What keeps the host from doing all of its work, such as a directory that is missing.
        public var troubles: [String]
        /// The totals over all plugins (HR-12).
        public var totals: Totals
    }

    /// The totals over all plugins (HR-12).
    public struct Totals: Hashable, Sendable, Codable {
        /// All plugins that are known.
        public var plugins: Int
        /// Those that serve.
        public var loaded: Int
        /// Those that are in error.
        public var failed: Int
        /// The reloads that ended well.
        public var reloads: Int
    }

    /// The host itself.
    public var host: Host
    /// Its plugins, by id.
    public var plugins: [PluginStatus]
    /// Its managed programs, counted; `nil` if it has none.
    public var processes: ProgramSummary?
}
