internal import LinuxSystem
internal import Synchronization

/// What a host does at times beside serving: its tasks, its heartbeat and its clean-up (CH-1 to CH-3).
final class HostUpkeep: Sendable {
    let tasks: TaskKeeper
    let heartbeat: HeartbeatMonitor
    let pluginHeartbeats: PluginHeartbeats
    let log: HostLog
    private let pluginTasks: PluginTasks
    private let configuration: HostConfiguration
    private let events: EventBus
    private let isStarted = Atomic(false)

    init(
        _ configuration: HostConfiguration,
        loop: EventLoop,
        events: EventBus,
        places: PluginPlaces,
        log: HostLog
    ) {
        self.configuration = configuration
        self.events = events
        self.log = log
        tasks = TaskKeeper(loop: loop) { log.write($0) }
        let interval = configuration.heartbeatInterval
        heartbeat = HeartbeatMonitor(interval: interval > .zero ? interval : .seconds(30)) { events.send($0) }
        pluginHeartbeats = PluginHeartbeats(monitor: heartbeat)
        pluginTasks = PluginTasks(keeper: tasks, caller: PluginCaller(places: places))
    }

    /// What plugins may ask for.
    var services: [any HostService] {
        let count: @Sendable (String) -> Int = { [tasks] in tasks.dynamicTasks(of: $0).count }
        return [
            TaskService(tasks: pluginTasks, count: count),
            HeartbeatService(monitor: heartbeat, plugins: pluginHeartbeats),
        ]
    }

    /// What takes the components of plugins.
    var tables: [any ComponentTable] { [pluginTasks] }

    /// Registers the host's own parts and tasks, once.
    func start(_ conductor: Conductor) throws(PluginError) {
        guard !isStarted.exchange(true, ordering: .relaxed) else { return }
        let (stream, pluginTasks) = (events.events(), pluginTasks)
        Task { for await event in stream { pluginTasks.take(event) } }
        try registerParts(conductor)
        if configuration.heartbeatInterval > .zero {
            try register("host/heartbeat", every: configuration.heartbeatInterval) { [weak heartbeat, log] in
                heartbeat?.beat()
                log.tellDropped()
            }
        }
        if configuration.cleanUpInterval > .zero {
            try register("host/clean-up", every: configuration.cleanUpInterval) {
                [weak conductor, log] () throws(PluginError) in
                guard let conductor else { return }
                try CleanUp(conductor: conductor, log: log).run()
            }
        }
    }

    /// Begins no more runs.
    func close() {
        tasks.close()
    }

    private func register(
        _ name: String,
        every interval: Duration,
        _ body: @escaping @Sendable () throws(PluginError) -> Void
    ) throws(PluginError) {
        var declaration = TaskDeclaration(name: name, schedule: .every(interval))
        declaration.deadline = .seconds(120)
        declaration.missed = .skip
        try tasks.register(
            TaskRecord(declaration, plugin: nil, body: .blocking { (_, _) throws(PluginError) in try body() })
        )
    }

    // MARK: Parts

    /// The names of what is registered with the start.
    static let ownParts = ["event loop", "storage", "workers", "watcher", "scheduler", "runner pool"]

    private func registerParts(_ conductor: Conductor) throws(PluginError) {
        // The checks belong to the conductor, by way of the service that plugins use; they must not keep it.
        let environment = conductor.environment
        // One that does not answer is silent, and silence is an error: nothing here waits.
        try heartbeat.register("event loop") { [loop = conductor.loop] report in loop.perform { report(nil) } }
        try heartbeat.register("storage") { [storage = environment.storage] report in
            storage.perform { _ in report(nil) }
        }
        // A lifecycle function may take its time, and there may be one thread for all of them.
        let patience = max(heartbeat.interval, environment.configuration.lifecycleTimeout)
        try heartbeat.register("workers", interval: patience) { [workers = environment.workers] report in
            workers.perform { _ in report(nil) }
        }
        try heartbeat.register("watcher") { [weak conductor, weak pluginHeartbeats] report in
            // The plugins are asked in the same turn.
            Task {
                guard let status = await conductor?.status() else { return }
                pluginHeartbeats?.take(status.plugins)
                report(status.host.troubles.isEmpty ? nil : status.host.troubles.joined(separator: "; "))
            }
        }
        // That there is a beat at all is its doing.
        try heartbeat.register("scheduler") { report in report(nil) }
        // A command may isolate a plugin at any time; who runs all plugins in this process needs no runners until then.
        if let runners = environment.runners {
            let isNeeded = environment.configuration.isolates
            try heartbeat.register("runner pool") { [weak runners] report in
                guard let runners, isNeeded || runners.wasNeeded else { return report(nil) }
                report(runners.isUsable ? nil : "the program plugin-runner is missing; no isolated plugin can start")
            }
        }
    }
}
