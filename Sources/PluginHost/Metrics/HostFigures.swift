/// All that metrics are made of, at one moment.
struct HostFigures: Sendable {
    /// What is known of one plugin beside its status.
    struct Plugin: Sendable {
        var latencies: LatencyHistogram
        var reloads: ReloadFigures
        /// What it has asked of the host and waits for, from a process of its own.
        var requests: Int
    }

    /// The processes that plugins can run in.
    struct Runners: Hashable, Sendable {
        /// Those that are kept ready.
        var spare: Int
        /// Those that have plugins, or are about to end.
        var used: Int
    }

    var status: HostStatus
    /// The plugins by their ids.
    var plugins: [String: Plugin]
    var watching: WatchCounters
    var handlers: [EventHandlerStatus]
    var tasks: [TaskStatus]
    var heartbeat: HeartbeatStatus
    var programs: [ProgramStatus]
    var runners: Runners?
    /// What all plugins in processes of their own have asked of this and other hosts of this process, and wait for.
    var requests: Int
    var memory: ProcessMemory?
    /// When the host was made, in seconds since 1970.
    var startTime: Double
}
