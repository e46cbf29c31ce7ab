internal import Glibc
internal import LinuxSystem
internal import struct FoundationEssentials.Date

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

    let conductor: Conductor
    private let keptEvents: KeptEvents
    private let ending: HostEnding
    let programs: ProgramKeeper
    let upkeep: HostUpkeep
    let contributions: HostComponents
    let metricsFile: MetricsFile?
    /// When it was made, in seconds since 1970.
    let started = Date().timeIntervalSince1970

    /// Creates a host and takes its state directory, which belongs to one host at a time.
    ///
    /// - Parameters:
    ///   - configuration: What to watch, where to keep state, and how to reload.
    ///   - log: Takes what the host and its plugins have to say; it may be called from any thread, and the host waits for it: it must
    ///     not call a plugin, nor wait for the host.
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
        log sink: @escaping @Sendable (LogRecord) -> Void
    ) throws(PluginError) {
        try configuration.validate()
        let directory = try StateDirectory(
            // Runners begin in directories of their own.
            path: configuration.stateDirectory.absolutePath,
            historyLimit: configuration.historyLimit,
            calls: calls.files
        )
        let hostLog = HostLog(configuration, stateDirectory: directory.path, calls: calls.files, sink: sink)
        let log: @Sendable (LogRecord) -> Void = { hostLog.write($0) }
        let trust = FileTrust(configuration, archive: directory.signatures)
        if configuration.trust == .signed { directory.pruneSignatures() }
        for warning in directory.warnings + trust.warnings(stateDirectory: directory.path) {
            log(LogRecord(.warning, "host", warning))
        }
        let imagesPath = configuration.imageDirectory?.absolutePath ?? directory.imagesPath
        let images = try ImageStore(
            directory: imagesPath,
            isLocked: imagesPath != directory.imagesPath,
            calls: calls
        )
        try trust.checkImages(images.directory)
        let storage = WorkerPool(name: "host-storage", limit: 1, isPatient: true)
        let places = PluginPlaces()
        let contributions = HostComponents(
            caller: PluginCaller(places: places),
            places: places,
            limits: configuration.messageLimits,
            log: log
        )
        self.contributions = contributions
        let runners = try RunnerPool.make(configuration, images: images, directory: directory, calls: calls, log: log)
        let loop: EventLoop
        let programLoop: EventLoop
        do throws(SystemCallError) {
            loop = try EventLoop(name: "plugin-host")
            // A program that prints without end keeps a thread busy; it must not be the one that plugins wait for.
            programLoop = configuration.processes.isEmpty ? loop : try EventLoop(name: "programs")
        } catch {
            throw PluginError(code: .internalError, message: "the host's event loop could not be started: \(error)")
        }
        let keptEvents = KeptEvents(
            EventLog(path: directory.eventsPath, calls: calls.files),
            on: storage,
            loop: loop,
            log: log
        )
        let events = EventBus(courier: { loop.perform($0) }) { event in
            contributions.note(event)
            // All beats of all days would push out what happened.
            guard event.event != .heartbeat || event.old != nil else { return }
            keptEvents.keep(event)
        }
        let sharedState = Self.makeSharedState(configuration, directory, storage, calls.files, log)
        sharedState.onChange { contributions.events.publish($0) }
        self.keptEvents = keptEvents
        let upkeep = HostUpkeep(configuration, loop: loop, events: events, places: places, log: hostLog)
        self.upkeep = upkeep
        metricsFile = configuration.metricsFile.map { MetricsFile(path: $0, calls: calls.files, log: log) }
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
                        + upkeep.services + contributions.services,
                    patience: configuration.callTimeout
                ),
                components: ComponentCatalogue(upkeep.tables + contributions.tables),
                places: places,
                sharedState: sharedState,
                settings: SettingsTable(configuration),
                crash: crash
            )
        )
        ending = HostEnding(
            conductor: conductor,
            programs: programs,
            upkeep: upkeep,
            contributions: contributions,
            keptEvents: keptEvents,
            metricsFile: metricsFile
        )
    }

    // MARK: Life

    /// Watches the directories and loads what is there; returns when all that can run runs, or the host is stopped.
    ///
    /// A plugin that can't be loaded does not stop the others; ``status()`` says why.
    ///
    /// - Throws: ``PluginError`` with `illegal-transition` if the host was started before, `shutting-down` if it was stopped, and
    ///   `busy` if another host writes to its `metricsFile` or `logFile`.
    public func start() async throws(PluginError) {
        guard let task = ending.notingStart({ Task { await self.begin() } }) else {
            throw PluginError(code: .illegalTransition, message: "the host was started before, and starts once")
        }
        try await task.value.get()
    }

    private func begin() async -> Result<Void, PluginError> {
        do throws(PluginError) {
            try await claimFiles()
            try upkeep.start(conductor)
            await startPrograms()
            try await conductor.start()
            try await keepMetrics()
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// Takes the files that this host writes to outside of its state directory; a disk that does not answer is not waited for.
    private func claimFiles() async throws(PluginError) {
        let environment = conductor.environment
        let isLogElsewhere = if case .file = environment.configuration.logFile { true } else { false }
        guard metricsFile != nil || isLogElsewhere else { return }
        let limit = MonotonicInstant.now.advanced(by: environment.configuration.lifecycleTimeout)
        let taken = await Patience.value(until: limit) { [metricsFile, log = upkeep.log] in
            await environment.examiners.run {
                Result { () throws(PluginError) in
                    try metricsFile?.claim()
                    if isLogElsewhere { try log.claim() }
                }
            }
        }
        try taken?.get()
    }

    /// Starts the programs, and waits for that as long as for a step of a plugin: one may lie on a disk that does not answer.
    private func startPrograms() async {
        let limit = conductor.environment.configuration.lifecycleTimeout
        let areStarted: Void? = await Patience.value(until: .now.advanced(by: limit)) { [programs] in
            await programs.startAll()
        }
        guard areStarted == nil else { return }
        let late = await programs.all.filter { $0.state == .starting }.map(\.id).joined(separator: ", ")
        let message =
            "managed programs are not started after \(limit.inSeconds) s, and the host goes on without them; this one hangs: "
            + "\(late); look whether the disk that it lies on answers"
        conductor.environment.log(LogRecord(.error, "host", message))
    }

    /// Stops all plugins, their states saved, ends all programs, and gives the state directory back.
    ///
    /// Whoever asks for it while that goes on waits for the same end. It takes
    /// ``HostConfiguration/shutdownTimeout`` and some seconds at most: what has not ended by then is given up, and what the disk
    /// has not taken is logged; the state directory then stays this host's until it has.
    ///
    /// A run of ``schedule(_:_:missed:deadline:startsAutomatically:body:)`` may stop its own host: that run is not waited for.
    /// In a task that it has detached, the run can't be told, and is waited for like any other.
    ///
    /// A host that nobody has any more is stopped too, and nobody knows when that is over.
    public func stop() async {
        upkeep.tasks.letGoOfPresentRun()
        await ending.begin().value
    }

    deinit { ending.letGo() }

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
        // The kernel adds up what it tells of a process; the loop has better things to do meanwhile.
        let processes = await conductor.processes()
        for index in status.plugins.indices {
            status.plugins[index].memory = processes[status.plugins[index].id].flatMap(ProcessMemory.of)
        }
        let summary = await programs.summary
        if summary.total > 0 { status.processes = summary }
        return status
    }

    /// Looks plugins up by path, state, capability or type (HR-12).
    ///
    /// - Parameter query: What they have to be.
    /// - Returns: How those stand that are all of it, by their ids.
    public func plugins(matching query: PluginQuery) async -> [PluginStatus] {
        await status().plugins.filter(query.matches)
    }

    /// Reloads plugins from their files now, in the order given, each once.
    ///
    /// - Parameters:
    ///   - ids: The plugins' ids.
    ///   - reason: Why, for the events and the log (RS-5).
    /// - Returns: A result for each (HR-13); content that serves already is a success that did nothing (HR-11).
    public func reload(_ ids: [String], reason: String? = nil) async -> [ReloadResult] {
        await conductor.reload(ids, reason: reason)
    }

    /// Reloads several plugins from their files as one transaction: all switch, or none does.
    ///
    /// For plugins whose new builds need each other. The calls of all are held while their states move; while the new
    /// generations start, they can't call each other.
    ///
    /// - Parameters:
    ///   - ids: The plugins' ids.
    ///   - reason: Why, for the events and the log (RS-5).
    /// - Returns: A result for each, those first that others need. `held-back` is the code of those that nothing is wrong
    ///   with; content that serves already is left out, as a success that did nothing.
    public func reloadTogether(_ ids: [String], reason: String? = nil) async -> [ReloadResult] {
        await conductor.reloadTogether(ids, reason: reason)
    }

    /// Reloads all plugins from their files now, in the order of their dependencies.
    ///
    /// - Parameter reason: Why, for the events and the log (RS-5).
    /// - Returns: A result for each (HR-13).
    public func reloadAll(reason: String? = nil) async -> [ReloadResult] {
        await conductor.reloadAll(reason: reason)
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

    /// Has a plugin begin again without its state, as a new generation of the same build.
    ///
    /// The state that is left is kept with the generation before: ``rollBack(_:to:)`` brings it back.
    ///
    /// - Parameter id: The plugin's id.
    /// - Returns: How it went; the error stands in it, and then the plugin goes on as it was.
    /// - Throws: ``PluginError`` with `not-found` if there is no such plugin.
    public func resetState(of id: String) async throws(PluginError) -> ReloadResult {
        try await conductor.resetState(of: id)
    }

    /// Moves a plugin to where it is to run from now on, with its state and without losing a call (RS-1).
    ///
    /// The choice is kept over restarts of the host, and overrides the configuration.
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

    /// The events that were kept, also from earlier runs, oldest first; a host that crashes loses those of its last 10 ms.
    public func recentEvents() async -> [PluginEvent] {
        await keptEvents.recent(1000)
    }
}
