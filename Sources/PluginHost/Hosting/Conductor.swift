internal import LinuxSystem

/// Decides what happens to each plugin, and when.
///
/// It runs on the thread of its event loop, where the watcher and all timers are, so that nothing that it knows needs a
/// lock. What may block (plugins' code, the dynamic linker, the disk) runs on worker threads; calls never come here.
actor Conductor {
    enum Phase {
        case idle
        case starting
        case running
        case stopped
    }

    nonisolated let loop: EventLoop
    nonisolated let environment: HostEnvironment

    var phase = Phase.idle
    var watcher: DirectoryWatcher?
    var entries: [String: PluginEntry] = [:]
    var idByPath: [String: String] = [:]
    /// The places of all plugins that were ever here: a handle finds its plugin again when its file comes back.
    var slots: [String: PluginSlot] = [:]
    /// Files that are there at the start, until the first pass is over.
    var filesAtStart: Set<String> = []
    var hasSeenAllFiles = false
    /// Plugins that serve since the start, before that is written down; their locks are held until it is.
    var unkept: [PluginEntry] = []
    /// A plugin waited for another at the start when a later one began to serve.
    var retriesWhenStarted = false
    var hasWaited = false
    /// Plugins whose builds in the archive need another that may come yet at the start, and why they can't come from their files.
    var waitingFallBacks: [(entry: PluginEntry, reason: String)] = []
    var keeping: Task<Void, Never>?
    /// The disk has not taken in time what the host's stop has to leave there.
    var isStorageLate = false
    /// What the host's stop waits for.
    var stopAwaits: OperationLock?
    var startWaiters: [CheckedContinuation<Void, Never>] = []
    /// What is kept of the plugins that were loaded from these files in earlier runs.
    var known: [String: (id: String, history: PluginHistory)] = [:]
    /// The timers that look after jobs on worker threads.
    var looks: [ObjectIdentifier: EventLoop.TimerID] = [:]
    /// Every file as the watcher has last reported it: what is read must be just that.
    var reported: [String: FileStatus] = [:]
    /// Files that have settled in this turn of the loop; they are reloaded in the order of their dependencies.
    var settled: [String] = []
    let providers = Providers()
    let readAhead: ReadAhead
    /// What is read ahead while the watcher looks for files for the first time; `nil` before and after that.
    var readingsAtStart: ReadingsAtStart?
    var dependentIndex = DependentIndex()
    /// Where plugins are to run of which a command has said so, by their ids.
    var isolations: [String: Isolation] = [:]
    /// Held while a changed configuration is taken over.
    let reconfiguration = OperationLock()
    var troubles: [String: String] = [:]
    /// Counts what may have made an untrusted file trusted.
    var trustChanges: UInt64 = 0
    var checkpointTimer: EventLoop.TimerID?
    var healthTimer: EventLoop.TimerID?
    /// How often plugins are asked for their health, never if it is zero; `nil` until somebody has said, or the start has.
    var healthInterval: Duration?
    /// How many retired generations are worth the next warning.
    var retiredWarning = 0
    /// The builds that have crashed the host before they said which plugin they are, by their files.
    var crashedFiles: [String: PluginStatus.Quarantine] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    init(loop: EventLoop, environment: HostEnvironment) {
        self.loop = loop
        self.environment = environment
        readAhead = ReadAhead(on: environment.workers, environment.trust)
    }

    var configuration: HostConfiguration { environment.configuration }

    /// Runs a body here, from a handler on the loop's thread.
    nonisolated func here(_ body: @escaping @Sendable (isolated Conductor) -> Void) {
        assumeIsolated { conductor in body(conductor) }
    }

    // MARK: Start

    /// Watches the directories and loads what is there; returns when all that can run runs.
    func start() async throws(PluginError) {
        guard phase == .idle else {
            throw PluginError(code: .shuttingDown, message: "the host was stopped before it could start")
        }
        phase = .starting
        async let histories = openHistories()
        async let crashed = environment.storage.run { [directory = environment.directory] in
            directory.crashedFiles.read()
        }

        let watcher = DirectoryWatcher(
            directories: configuration.pluginDirectories,
            policy: WatchPolicy(configuration),
            loop: loop,
            // What can't be looked at is for the loader to refuse.
            isComplete: { (try? ImageCompleteness.isComplete($0)) ?? true },
            expect: { [weak self] path in self?.here { $0.expect(path) } },
            report: { [weak self] report in
                self?.here { $0.take(report) }
            }
        )
        self.watcher = watcher
        readingsAtStart = ReadingsAtStart(environment.trust)
        defer { endReadings() }
        watcher.start()
        for (id, history) in try await histories.get() { remember(id, history) }
        crashedFiles = await crashed
        guard phase == .starting else { return }
        if let crash = environment.crash { await takeNote(of: crash) }
        if !hasSeenAllFiles { await withCheckedContinuation { startWaiters.append($0) } }
        guard phase == .starting else { return }
        await loadFilesAtStart()
        keepUnkept()
        // A stop waits for this to return, and for what is written by then.
        guard phase == .starting else { return await keeping?.value ?? () }
        phase = .running
        if retriesWhenStarted { retryDependents() }
        // What has come or changed meanwhile.
        for path in filesAtStart.sorted() { settle(path) }
        filesAtStart = []
        scheduleCheckpoints()
        pollHealth(every: healthInterval ?? configuration.healthInterval)
        environment.runners?.refill()
    }

    /// Takes over what is known of a plugin from earlier runs.
    private func remember(_ id: String, _ opened: Result<PluginHistory, PluginError>) {
        switch opened {
        case .failure(let error): environment.warn(id, error.message)
        case .success(let history):
            // Its file may have another name now, and is loaded before it says whose it is.
            isolations[id] = history.journal.isolation.flatMap(Isolation.init)
            guard let path = history.journal.lastPath else { return }
            known[path] = (id, history)
        }
    }

    /// Opens what is kept of all plugins.
    private func openHistories() async -> Result<[(String, Result<PluginHistory, PluginError>)], PluginError> {
        let (environment, limit) = (environment, configuration.historyLimit)
        return await environment.storage.run {
            Result { () throws(PluginError) in
                try environment.directory.knownPlugins().map { id in (id, environment.openHistory(of: id, limit: limit))
                }
            }
        }
    }

    /// Opens what is kept of a plugin.
    func openHistory(of id: String) async -> Result<PluginHistory, PluginError> {
        if let history = takeKnownHistory(of: id) { return .success(history) }
        let (environment, limit) = (environment, configuration.historyLimit)
        return await environment.storage.run { environment.openHistory(of: id, limit: limit) }
    }

    /// What is kept of a plugin that comes from another file than in earlier runs.
    ///
    /// Nothing of it must stay for the file of then, which would bring back what is out of date.
    func takeKnownHistory(of id: String) -> PluginHistory? {
        guard let path = known.first(where: { $0.value.id == id })?.key else { return nil }
        return known.removeValue(forKey: path)?.history
    }

    /// Makes the entry of a plugin, or of a file that has not said yet which plugin it is.
    func makeEntry(id: String, path: String) -> PluginEntry {
        slots[id]?.resetFigures()
        let slot = slots[id] ?? makeSlot(id)
        slots[id] = slot
        let entry = PluginEntry(
            id: id,
            path: path,
            slot: slot,
            state: StateCell(plugin: id, events: environment.events),
            attempts: AttemptPolicy(
                maximumAttempts: configuration.maximumAttempts,
                cooldown: configuration.cooldown
            ),
            restarts: RestartPolicy(configuration.restartLimits)
        )
        entry.isStopped = !environment.startsAutomatically(id)
        entries[id] = entry
        return entry
    }

    private func makeSlot(_ id: String) -> PluginSlot {
        let slot = PluginSlot(
            id: id,
            maximumHeld: configuration.maximumHeldCalls,
            refusal: PluginError(code: .notFound, message: "\(id): no generation serves yet"),
            onFailures: { [weak self, loop] generation in
                loop.perform { [weak self] in self?.here { $0.tooManyFailures(of: id, generation: generation) } }
            }
        )
        environment.places.add(slot)
        return slot
    }

    // MARK: Timers

    /// Runs a body here at a moment.
    func schedule(
        after duration: Duration,
        _ body: @escaping @Sendable (isolated Conductor) -> Void
    ) -> EventLoop.TimerID {
        loop.schedule(at: .now.advanced(by: duration)) { [weak self] in
            self?.here(body)
        }
    }
}
