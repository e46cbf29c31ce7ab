public import struct FoundationEssentials.Date

/// How the parts of a host are, at one moment, as `plugin-host heartbeat --json` shows it (CH-3).
public struct HeartbeatStatus: Hashable, Sendable, Codable {
    /// How a part is, or all of them.
    public enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// It has reported that it is alive.
        case healthy
        /// It has reported an error, or was silent for twice its interval.
        case error
        /// It has not reported yet.
        case unknown
    }

    /// An error of a part.
    public struct Failure: Hashable, Sendable, Codable {
        /// When it was reported.
        public var time: Date
        /// What is wrong.
        public var message: String
    }

    /// One part.
    public struct Component: Hashable, Sendable, Codable {
        /// The name; that of a plugin is `plugin/ID`.
        public var name: String
        /// How it is.
        public var state: State
        /// When it last reported that it is alive.
        public var lastAlive: Date?
        /// How often it has to report, in seconds.
        public var intervalSeconds: Double
        /// The last errors, oldest first, at most 10; they stay when it is well again.
        public var errors: [Failure]
    }

    /// When this was so.
    public var time: Date
    /// In error if any part is, unknown if there is none or any is unknown, and healthy otherwise.
    public var state: State
    /// How many parts are healthy.
    public var healthy: Int
    /// How many are in error.
    public var failed: Int
    /// How many have not reported yet.
    public var unknown: Int
    /// The parts, by name.
    public var components: [Component]

    init(time: Date, components: [Component]) {
        self.time = time
        self.components = components
        healthy = components.count { $0.state == .healthy }
        failed = components.count { $0.state == .error }
        unknown = components.count { $0.state == .unknown }
        state = failed > 0 ? .error : healthy > 0 && unknown == 0 ? .healthy : .unknown
    }

    /// The counts in words.
    package var summary: String {
        let parts = [(healthy, "healthy"), (failed, "in error"), (unknown, "unknown")].filter { $0.0 > 0 }
        return parts.isEmpty ? "no part has registered" : parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}
