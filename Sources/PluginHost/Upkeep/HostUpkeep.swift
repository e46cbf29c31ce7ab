internal import LinuxSystem

/// What a host does at times beside serving: its tasks, its heartbeat and its clean-up (CH-1 to CH-3).
struct HostUpkeep: Sendable {
    let tasks: TaskKeeper
    let heartbeat: HeartbeatMonitor
    let pluginHeartbeats: PluginHeartbeats
    let log: HostLog
    private let configuration: HostConfiguration

    init(_ configuration: HostConfiguration, loop: EventLoop, events: EventBus, log: HostLog) {
        self.configuration = configuration
        self.log = log
        tasks = TaskKeeper(loop: loop) { log.write($0) }
        let interval = configuration.heartbeatInterval
        heartbeat = HeartbeatMonitor(interval: interval > .zero ? interval : .seconds(30)) { events.send($0) }
        pluginHeartbeats = PluginHeartbeats(monitor: heartbeat)
    }

    /// Registers the host's own parts and tasks.
    func start(_ conductor: Conductor) throws(PluginError) {
        try registerParts(conductor)
        if configuration.heartbeatInterval > .zero {
            try register("host/heartbeat", every: configuration.heartbeatInterval) { [heartbeat, log] in
                heartbeat.beat()
                log.tellDropped()
            }
        }
        if configuration.cleanUpInterval > .zero {
            let cleanUp = CleanUp(conductor: conductor, log: log)
            try register("host/clean-up", every: configuration.cleanUpInterval) { () throws(PluginError) in
                try cleanUp.run()
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

    private func registerParts(_ conductor: Conductor) throws(PluginError) {
        let environment = conductor.environment
        // One that does not answer is silent, and silence is an error: nothing here waits.
        try heartbeat.register("event loop") { [loop = conductor.loop] report in loop.perform { report(nil) } }
        try heartbeat.register("storage") { report in environment.storage.perform { _ in report(nil) } }
        // A lifecycle function may take its time, and there may be one thread for all of them.
        let patience = max(heartbeat.interval, environment.configuration.lifecycleTimeout)
        try heartbeat.register("workers", interval: patience) { report in
            environment.workers.perform { _ in report(nil) }
        }
        try heartbeat.register("watcher") { [conductor, pluginHeartbeats] report in
            // The plugins are asked in the same turn.
            Task {
                let status = await conductor.status()
                pluginHeartbeats.take(status.plugins)
                report(status.host.troubles.isEmpty ? nil : status.host.troubles.joined(separator: "; "))
            }
        }
        // That there is a beat at all is its doing.
        try heartbeat.register("scheduler") { report in report(nil) }
        if let runners = environment.runners {
            try heartbeat.register("runner pool") { report in
                report(runners.isUsable ? nil : "the program plugin-runner is missing; no isolated plugin can start")
            }
        }
    }
}
