/// The lives and the settings of single plugins.
extension PluginHost {
    /// Starts a plugin that is initialised or stopped (LM-1).
    ///
    /// - Parameter id: The plugin's id.
    /// - Returns: How it went; the error stands in it.
    /// - Throws: ``PluginError`` with `not-found` if there is no such plugin.
    public func startPlugin(_ id: String) async throws(PluginError) -> LifecycleResult {
        try await conductor.command(.start, id)
    }

    /// Stops a plugin, until it is started by command; calls of it are refused meanwhile, and a reload leaves it stopped.
    ///
    /// - Parameters:
    ///   - id: The plugin's id.
    ///   - gracefully: Whether calls in flight are waited for and the state is saved. If not, and there are any, the plugin
    ///     goes on, for code that runs can't be interrupted in-process.
    /// - Returns: How it went; the error stands in it.
    /// - Throws: ``PluginError`` with `not-found` if there is no such plugin.
    public func stopPlugin(_ id: String, gracefully: Bool = true) async throws(PluginError) -> LifecycleResult {
        try await conductor.command(.stop(gracefully: gracefully), id)
    }

    /// Holds a plugin's calls and its own work until it is resumed.
    ///
    /// - Parameter id: The plugin's id.
    /// - Returns: How it went; the error stands in it.
    /// - Throws: ``PluginError`` with `not-found` if there is no such plugin.
    public func pausePlugin(_ id: String) async throws(PluginError) -> LifecycleResult {
        try await conductor.command(.pause, id)
    }

    /// Lets a plugin go on that was paused; calls that were held go to it.
    ///
    /// - Parameter id: The plugin's id.
    /// - Returns: How it went; the error stands in it.
    /// - Throws: ``PluginError`` with `not-found` if there is no such plugin.
    public func resumePlugin(_ id: String) async throws(PluginError) -> LifecycleResult {
        try await conductor.command(.resume, id)
    }

    /// Has a plugin read again what it keeps from elsewhere, such as caches and files.
    ///
    /// - Parameter id: The plugin's id.
    /// - Returns: How it went; the error stands in it.
    /// - Throws: ``PluginError`` with `not-found` if there is no such plugin.
    public func refreshPlugin(_ id: String) async throws(PluginError) -> LifecycleResult {
        try await conductor.command(.refresh, id)
    }

    /// Starts all plugins that are initialised or stopped, what they need before them (LM-1).
    ///
    /// - Returns: A result for each; one that fails stops no other.
    public func startAllPlugins() async -> [LifecycleResult] {
        await conductor.startAll()
    }

    /// Stops all plugins that run, those first that need others (LM-1).
    ///
    /// - Parameter gracefully: As for ``stopPlugin(_:gracefully:)``.
    /// - Returns: A result for each; one that fails stops no other.
    public func stopAllPlugins(gracefully: Bool = true) async -> [LifecycleResult] {
        await conductor.stopAll(gracefully: gracefully)
    }

    /// Asks a plugin for its health now (LM-2).
    ///
    /// - Parameter id: The plugin's id.
    /// - Returns: What it says; a check that fails counts as unhealthy, with the error in the details.
    /// - Throws: ``PluginError`` with `not-found` if there is no such plugin, or it does not run.
    public func checkHealth(of id: String) async throws(PluginError) -> HealthReport {
        try await conductor.checkHealth(of: id)
    }

    /// Begins, changes or ends the polling of all plugins' health, instead of ``HostConfiguration/healthInterval``.
    ///
    /// Before ``start()``, it says how the start begins it.
    ///
    /// - Parameter interval: How often they are asked; never if it is zero.
    public func pollHealth(every interval: Duration) async {
        await conductor.pollHealth(every: interval)
    }

    /// The figures that a plugin gives of itself, one JSON object.
    ///
    /// - Parameter id: The plugin's id.
    /// - Returns: The figures by their names.
    /// - Throws: ``PluginError`` with `not-found` if there is no such plugin, or it does not run; `bad-answer` if it gives no JSON.
    public func statistics(of id: String) async throws(PluginError) -> JSONValue {
        try await conductor.statistics(of: id)
    }

    // MARK: Settings

    /// The settings of a plugin: those of the configuration, and over them what commands have said (PL-5).
    ///
    /// - Parameter id: The plugin's id.
    /// - Returns: One JSON object.
    /// - Throws: ``PluginError`` with `not-found` if there is no such plugin.
    public func settings(of id: String) async throws(PluginError) -> JSONValue {
        try await conductor.settings(of: id)
    }

    /// Changes one setting of a plugin, which has taken it when this returns; it is kept over restarts (PL-5).
    ///
    /// A plugin that takes settings while it runs is given them; another gets a new instance, with its state, as in a
    /// reload. One that refuses them goes on with those that it had.
    ///
    /// - Parameters:
    ///   - id: The plugin's id.
    ///   - path: The name of the setting, words joined by points.
    ///   - value: The value; `nil` to go back to what the configuration says.
    /// - Returns: How it went; the error stands in it.
    /// - Throws: ``PluginError`` with `not-found` if there is no such plugin, `bad-configuration` if the path names nothing.
    public func configure(
        _ id: String,
        _ path: String,
        _ value: JSONValue?
    ) async throws(PluginError) -> ConfigurationResult {
        try await conductor.configure(id, path, value)
    }

    /// Takes what a changed configuration says of plugins' settings; nothing else of it changes a host that runs.
    ///
    /// - Parameter plugins: The plugins of the configuration, by their ids.
    /// - Returns: A result for each plugin whose settings have changed; one that refuses keeps none of the others from theirs.
    public func reconfigure(_ plugins: [String: PluginSettings]) async -> [ConfigurationResult] {
        await conductor.reconfigure(plugins)
    }
}
