internal import Glibc
internal import LinuxSystem
internal import Synchronization

/// A host for plugins: it watches directories, loads the shared objects in them and replaces them while calls go on.
///
/// ```swift
/// let host = try PluginHost(HostConfiguration(pluginDirectories: ["Plugins"], stateDirectory: "state"))
/// try await host.start()
/// print(try await host.plugin("greeter").call("greet", text: "world"))
/// await host.stop()
/// ```
///
/// Everything here can be called from any thread or task. Only ``PluginHandle`` is made for being called often.
public final class PluginHost: Sendable {
    /// The version of the host.
    public static let version = "0.1.0"

    private let conductor: Conductor
    private let eventLog: EventLog
    private let programs: ProgramKeeper
    let contributions: HostComponents

    /// Creates a host and takes its state directory, which belongs to one host at a time.
    ///
    /// - Parameters:
    ///   - configuration: What to watch, where to keep state, and how to reload.
    ///   - log: Takes what the host and its plugins have to say; it may be called from any thread.
    /// - Throws: ``PluginError`` with `bad-configuration`, `busy` if another host has the state directory, or `storage` if it can't
    ///   be written.
    public convenience init(
        _ configuration: HostConfiguration,
        log: @escaping @Sendable (LogRecord) -> Void = { _ in }
    ) throws(PluginError) {
        try self.init(configuration, calls: .live, log: log)
    }

    /// Creates a host that asks these calls of the system, and learns how the one before it has crashed.
    package init(
        _ configuration: HostConfiguration,
        calls: HostCalls,
        crash: HostCrash? = nil,
        log: @escaping @Sendable (LogRecord) -> Void
    ) throws(PluginError) {
        try configuration.validate()
        let directory = try StateDirectory(
            path: configuration.stateDirectory,
            historyLimit: configuration.historyLimit,
            calls: calls.files
        )
        let trust = FileTrust(configuration, archive: directory.signatures)
        if configuration.trust == .signed { directory.pruneSignatures() }
        for warning in directory.warnings + trust.warnings(stateDirectory: directory.path) {
            log(LogRecord(.warning, "host", warning))
        }
        let images = try ImageStore(directory: configuration.imageDirectory ?? directory.imagesPath, calls: calls)
        try trust.checkImages(images.directory)
        let eventLog = EventLog(path: directory.eventsPath, calls: calls.files)
        let storage = WorkerPool(name: "host-storage", limit: 1, isPatient: true)
        let hasComplained = Atomic(false)
        // Those that come while others are written are written together.
        let unwritten = Mutex<[PluginEvent]>([])
        let places = PluginPlaces()
        let contributions = HostComponents(
            caller: PluginCaller(places: places),
            places: places,
            limits: configuration.messageLimits,
            log: log
        )
        self.contributions = contributions
        let events = EventBus { event in
            contributions.note(event)
            let isFirst = unwritten.withLock { events in
                events.append(event)
                return events.count == 1
            }
            guard isFirst else { return }
            storage.perform { _ in
                do throws(PluginError) {
                    try eventLog.append(
                        unwritten.withLock { events in
                            defer { events = [] }
                            return events
                        }
                    )
                } catch {
                    // Once is enough: a full disk would fill the log as well.
                    guard !hasComplained.exchange(true, ordering: .relaxed) else { return }
                    log(LogRecord(.error, "host", "events are no longer kept: \(error.message)"))
                }
            }
        }
        let sharedState = Self.makeSharedState(configuration, directory, storage, calls.files, log)
        let runners = try RunnerPool.make(configuration, images: images, directory: directory, log: log)
        let loop: EventLoop
        let programLoop: EventLoop
        do throws(SystemCallError) {
            loop = try EventLoop(name: "plugin-host")
            // A program that prints without end keeps a thread busy; it must not be the one that plugins wait for.
            programLoop = configuration.processes.isEmpty ? loop : try EventLoop(name: "programs")
        } catch {
            throw PluginError(code: .internalError, message: "the host's event loop could not be started: \(error)")
        }
        self.eventLog = eventLog
        programs = ProgramKeeper(configuration.processes, loop: programLoop, events: events, log: log)
        conductor = Conductor(
            loop: loop,
            environment: HostEnvironment(
                configuration: configuration,
                events: events,
                log: log,
                workers: WorkerPool(name: "plugin-lifecycle", limit: configuration.reloadsInParallel ? 8 : 1),
                storage: storage,
                directory: directory,
                images: images,
                trust: trust,
                runners: runners,
                services: ServiceDirectory(
                    [SharedStateService(values: sharedState), PluginsService(caller: PluginCaller(places: places))]
                        + contributions.services,
                    patience: configuration.callTimeout
                ),
                components: ComponentCatalogue(contributions.tables),
                places: places,
                sharedState: sharedState,
                crash: crash
            )
        )
    }

    /// Reads the shared values that were kept, and keeps them from now on.
    private static func makeSharedState(
        _ configuration: HostConfiguration,
        _ directory: StateDirectory,
        _ storage: WorkerPool,
        _ calls: FileCalls,
        _ log: @escaping @Sendable (LogRecord) -> Void
    ) -> SharedState {
        let keeper = SharedStateKeeper(path: directory.sharedStatePath, storage: storage, calls: calls) { message in
            log(LogRecord(.error, "host", message))
        }
        let limits = SharedStateLimits(
            values: configuration.maximumSharedValues,
            bytes: configuration.maximumSharedBytes
        )
        return SharedState(limits, keeper: keeper, contents: keeper.load())
    }

    // MARK: Life

    /// Watches the directories and loads what is there; returns when all that can run runs.
    ///
    /// A plugin that can't be loaded does not stop the others; ``status()`` says why.
    ///
    /// - Throws: ``PluginError`` with `illegal-transition` if the host was started before.
    public func start() async throws(PluginError) {
        await programs.startAll()
        try await conductor.start()
    }

    /// Stops all plugins, their states saved, ends all programs, and gives the state directory back.
    public func stop() async {
        let environment = conductor.environment
        let deadline = MonotonicInstant.now.advanced(by: environment.configuration.shutdownTimeout)
        await conductor.stop()
        // Plugins may need programs to the last.
        await programs.stopAll(within: MonotonicInstant.now.duration(to: deadline))
        programs.loop.stop()
        conductor.loop.stop()
        if let runners = environment.runners {
            await environment.storage.run { runners.stop(until: max(deadline, .now.advanced(by: .seconds(1)))) }
        }
        environment.events.finish()
        contributions.stop()
        environment.sharedState.finish()
        environment.workers.stop()
        environment.examiners.stop()
        environment.storage.stop()
        environment.images.removeAll()
        environment.directory.unlock()
    }

    // MARK: Plugins

    /// Finds a plugin; the handle stays good while the plugin is reloaded, removed and brought back.
    ///
    /// - Parameter id: The plugin's id.
    /// - Returns: A handle to call it by, from any thread.
    /// - Throws: ``PluginError`` with `not-found`, naming the plugins that there are.
    public func plugin(_ id: String) async throws(PluginError) -> PluginHandle {
        PluginHandle(slot: try await conductor.slot(of: id))
    }

    /// How the host and its plugins stand.
    public func status() async -> HostStatus {
        var status = await conductor.status()
        let summary = await programs.summary
        if summary.total > 0 { status.processes = summary }
        return status
    }

    /// Reloads plugins from their files now, in the order given, each once.
    ///
    /// - Parameter ids: The plugins' ids.
    /// - Returns: A result for each (HR-13); content that serves already is a success that did nothing (HR-11).
    public func reload(_ ids: [String]) async -> [ReloadResult] {
        await conductor.reload(ids)
    }

    /// Reloads several plugins from their files as one transaction: all switch, or none does.
    ///
    /// For plugins whose new builds need each other. The calls of all are held while their states move; while the new
    /// generations start, they can't call each other.
    ///
    /// - Parameter ids: The plugins' ids.
    /// - Returns: A result for each, those first that others need. `held-back` is the code of those that nothing is wrong
    ///   with; content that serves already is left out, as a success that did nothing.
    public func reloadTogether(_ ids: [String]) async -> [ReloadResult] {
        await conductor.reloadTogether(ids)
    }

    /// Reloads all plugins from their files now, in the order of their dependencies.
    ///
    /// - Returns: A result for each (HR-13).
    public func reloadAll() async -> [ReloadResult] {
        await conductor.reloadAll()
    }

    /// Puts build and state of an earlier generation back, as a new generation (HR-8).
    ///
    /// The build that is left is quarantined, so that it does not come back by itself.
    ///
    /// - Parameters:
    ///   - id: The plugin's id.
    ///   - generation: The generation to go back to; `nil` for the one before.
    /// - Returns: How it went; the error stands in it.
    /// - Throws: ``PluginError`` with `not-found` if there is no such plugin.
    public func rollBack(_ id: String, to generation: UInt64? = nil) async throws(PluginError) -> ReloadResult {
        try await conductor.rollBack(id, to: generation)
    }

    /// Moves a plugin to where it is to run from now on, with its state and without losing a call (RS-1).
    ///
    /// The choice is kept over restarts of the host, and goes before the configuration.
    ///
    /// - Parameters:
    ///   - id: The plugin's id.
    ///   - isolation: Where it is to run.
    /// - Returns: How it went; the error stands in it, and then the plugin goes on where it was.
    /// - Throws: ``PluginError`` with `not-found` if there is no such plugin.
    public func isolate(_ id: String, _ isolation: Isolation) async throws(PluginError) -> ReloadResult {
        try await conductor.isolate(id, isolation)
    }

    /// The generations that are kept of a plugin, newest last (HR-8).
    ///
    /// - Parameter id: The plugin's id.
    /// - Returns: A record for each.
    /// - Throws: ``PluginError`` with `not-found` if there is no such plugin.
    public func history(of id: String) async throws(PluginError) -> [GenerationRecord] {
        try await conductor.history(of: id)
    }

    /// The builds that are set aside, by the plugins' ids (HR-5).
    public func quarantines() async -> [String: PluginStatus.Quarantine] {
        await conductor.quarantines()
    }

    /// Lifts a quarantine; the build is tried again at once, unless the strategy is manual.
    ///
    /// - Parameter id: The plugin's id.
    /// - Throws: ``PluginError`` with `not-found` if there is no such plugin, or no quarantine.
    public func liftQuarantine(of id: String) async throws(PluginError) {
        try await conductor.liftQuarantine(of: id)
    }

    // MARK: Lives

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

    /// Begins, changes or ends the polling of all plugins' health; see ``HostConfiguration/healthInterval``.
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

    // MARK: Programs

    /// The managed programs, by id (PM-2).
    public func programs() async -> [ProgramStatus] {
        await programs.all
    }

    /// The managed programs, counted (PM-4).
    public func programSummary() async -> ProgramSummary {
        await programs.summary
    }

    /// Starts a managed program.
    ///
    /// - Parameter id: Its id in the configuration.
    /// - Returns: How it stands then.
    /// - Throws: ``PluginError`` with `illegal-transition` if it runs already, `not-found` if there is no such program or the
    ///   configuration names nothing that can be run.
    public func startProgram(_ id: String) async throws(PluginError) -> ProgramStatus {
        try await programs.start(id)
    }

    /// Ends a managed program, and all that it has started in its process group (PM-3).
    ///
    /// - Parameters:
    ///   - id: Its id in the configuration.
    ///   - atOnce: Whether it is killed at once; else it is asked to end, and killed after its `stopTimeout`.
    /// - Returns: How it stands then; one that did not run stays as it was.
    /// - Throws: ``PluginError`` with `not-found` if there is no such program, `timed-out` if not even the kernel could end it.
    public func stopProgram(_ id: String, atOnce: Bool = false) async throws(PluginError) -> ProgramStatus {
        try await programs.stop(id, atOnce: atOnce)
    }

    /// Ends a managed program if it runs, and starts it with the same configuration (PM-3).
    ///
    /// - Parameters:
    ///   - id: Its id in the configuration.
    ///   - atOnce: Whether it is killed at once.
    /// - Returns: How it stands then.
    /// - Throws: As ``stopProgram(_:atOnce:)`` and ``startProgram(_:)``.
    public func restartProgram(_ id: String, atOnce: Bool = false) async throws(PluginError) -> ProgramStatus {
        try await programs.restart(id, atOnce: atOnce)
    }

    // MARK: Components

    /// What plugins contribute beside their methods (RS-9), by their ids.
    ///
    /// - Parameter id: The plugin's id; `nil` for all plugins that contribute something.
    /// - Returns: What each of them contributes.
    /// - Throws: ``PluginError`` with `not-found` if there is no such plugin.
    package func components(of id: String? = nil) async throws(PluginError) -> [PluginComponents] {
        let catalogue = conductor.environment.components
        guard let id else { return catalogue.all.map(PluginComponents.init) }
        _ = try await conductor.slot(of: id)
        return catalogue.entry(of: id).map { [PluginComponents($0)] } ?? []
    }

    /// The values that plugins share, with each other and with this program (PL-6).
    public var sharedState: SharedState { conductor.environment.sharedState }

    // MARK: Crashes

    /// The crashes that are kept, of this run and of those before, oldest first (RS-8).
    ///
    /// - Parameter id: The plugin's id; `nil` for all plugins.
    /// - Returns: The newest reports of each plugin.
    /// - Throws: ``PluginError`` with `storage` if they can't be read.
    public func crashes(of id: String? = nil) async throws(PluginError) -> [CrashReport] {
        let environment = conductor.environment
        let directory = environment.directory.path
        return try await environment.storage.run {
            Result { () throws(PluginError) in try StateDirectory.crashes(in: directory, of: id) }
        }.get()
    }

    // MARK: Events

    /// The events from now on, each sent after the fact that it names (HR-3); a listener that is slow loses the oldest.
    public func events() -> AsyncStream<PluginEvent> {
        conductor.environment.events.events()
    }

    /// The events that were kept, also from earlier runs, oldest first.
    public func recentEvents() async -> [PluginEvent] {
        let log = eventLog
        return await conductor.environment.storage.run { (try? log.recent(1000)) ?? [] }
    }
}
