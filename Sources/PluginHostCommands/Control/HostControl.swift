package import PluginHost

/// What can be asked of a running host.
package protocol HostControl: UpkeepControl, MessagingControl, MetricsControl, ReportControl {
    /// How the host and its plugins stand.
    func status() async -> HostStatus
    /// Calls a plugin on the present thread.
    func call(
        _ plugin: String,
        _ method: String,
        _ input: [UInt8],
        timeout: Duration?
    ) throws(PluginError) -> [UInt8]
    /// Reloads plugins in the order given.
    func reload(_ ids: [String], reason: String?) async -> [ReloadResult]
    /// Reloads plugins as one transaction.
    func reloadTogether(_ ids: [String], reason: String?) async -> [ReloadResult]
    /// Reloads all plugins.
    func reloadAll(reason: String?) async -> [ReloadResult]
    /// Goes back to the generation, or to the one before.
    func rollBack(_ id: String, to generation: UInt64?) async throws(PluginError) -> ReloadResult
    /// Has a plugin begin again without its state.
    func resetState(of id: String) async throws(PluginError) -> ReloadResult
    /// Moves a plugin to where it is to run from now on.
    func isolate(_ id: String, _ isolation: Isolation) async throws(PluginError) -> ReloadResult
    /// The generations of a plugin.
    func history(of id: String) async throws(PluginError) -> [GenerationRecord]
    /// The builds that are set aside, by plugin.
    func quarantines() async -> [String: PluginStatus.Quarantine]
    /// Lets a build that is set aside be tried again.
    func liftQuarantine(of id: String) async throws(PluginError)
    /// Starts a plugin.
    func startPlugin(_ id: String) async throws(PluginError) -> LifecycleResult
    /// Stops a plugin.
    func stopPlugin(_ id: String, gracefully: Bool) async throws(PluginError) -> LifecycleResult
    /// Holds a plugin.
    func pausePlugin(_ id: String) async throws(PluginError) -> LifecycleResult
    /// Lets a plugin go on.
    func resumePlugin(_ id: String) async throws(PluginError) -> LifecycleResult
    /// Has a plugin read its caches again.
    func refreshPlugin(_ id: String) async throws(PluginError) -> LifecycleResult
    /// Starts all plugins.
    func startAllPlugins() async -> [LifecycleResult]
    /// Stops all plugins.
    func stopAllPlugins(gracefully: Bool) async -> [LifecycleResult]
    /// Asks a plugin for its health.
    func checkHealth(of id: String) async throws(PluginError) -> HealthReport
    /// The figures of a plugin.
    func statistics(of id: String) async throws(PluginError) -> JSONValue
    /// The settings of a plugin.
    func settings(of id: String) async throws(PluginError) -> JSONValue
    /// Changes a setting of a plugin, or takes the change back.
    func configure(_ id: String, _ path: String, _ value: JSONValue?) async throws(PluginError) -> ConfigurationResult
    /// The managed programs.
    func programs() async -> [ProgramStatus]
    /// The managed programs, counted.
    func programSummary() async -> ProgramSummary
    /// Starts a managed program.
    func startProgram(_ id: String) async throws(PluginError) -> ProgramStatus
    /// Ends a managed program.
    func stopProgram(_ id: String, atOnce: Bool) async throws(PluginError) -> ProgramStatus
    /// Ends a managed program and starts it again.
    func restartProgram(_ id: String, atOnce: Bool) async throws(PluginError) -> ProgramStatus
    /// What one plugin contributes, or all of them.
    func components(of id: String?) async throws(PluginError) -> [PluginComponents]
    /// The crashes of one plugin or of all, oldest first.
    func crashes(of id: String?) async throws(PluginError) -> [CrashReport]
    /// The events that are kept, oldest first.
    func recentEvents() async -> [PluginEvent]
    /// The events from now on.
    func events() -> AsyncStream<PluginEvent>
}

/// A host that this process runs.
package protocol ManagedHost: HostControl {
    /// Loads what is there and follows what changes.
    func start() async throws(PluginError)
    /// Takes what a changed configuration says of plugins' settings.
    func reconfigure(_ plugins: [String: PluginSettings]) async -> [ConfigurationResult]
    /// Stops everything in order.
    func stop() async
    /// Does something again and again on the thread that decides everything in the host.
    func whileAlive(every interval: Duration, _ body: @escaping @Sendable () -> Void)
    /// Adds a record to the log.
    func writeLog(_ record: LogRecord)
}
