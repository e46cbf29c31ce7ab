internal import LinuxSystem
internal import PluginLoading
internal import Synchronization

extension Conductor {
    /// Reloads a plugin from its file, when its turn comes; on command, whatever the watcher says of the file.
    func reload(_ entry: PluginEntry, onCommand: Bool = false, reason: String? = nil) async -> ReloadResult {
        await entry.lock.acquire(isolation: self)
        defer { entry.lock.release() }
        entry.hasQueuedReload = false
        await waitForDependencies(of: entry)
        do throws(PluginError) {
            try refuseAtEnd(of: entry.id)
        } catch {
            return refusal(entry, error)
        }
        guard entries[entry.id] === entry else {
            handOn(entry.path)
            return refusal(entry, PluginError(code: .notFound, message: "\(entry.id): it was removed"))
        }
        if entry.state.current == .paused {
            // It is reloaded when it goes on.
            entry.pendingChange = true
            return refusal(entry, Self.paused(entry))
        }
        (entry.isOnCommand, entry.reason) = (onCommand, reason)
        return await attempt(entry, at: StillFile(entry.path, as: onCommand ? nil : reported[entry.path]))
    }

    /// Why a plugin that is paused is not replaced: what it has paused could not go on where it was.
    static func paused(_ entry: PluginEntry) -> PluginError {
        PluginError(
            code: .illegalTransition,
            message: "\(entry.id) is paused and can't become reloading; 'plugin-host resume \(entry.id)' first"
        )
    }

    /// Waits while what a plugin depends on is being reloaded side by side with it.
    private func waitForDependencies(of entry: PluginEntry) async {
        // The start holds locks of plugins that serve, and may wait for this one's.
        guard phase != .starting else { return }
        for text in entry.descriptor?.dependencies ?? [] {
            // While it is paused it is not replaced, and who has paused it needs its lock to let it go on.
            guard let id = PluginDependency(text)?.id, let other = entries[id], other.lock.isHeld, other !== entry,
                !entry.isAwaitedByDependency, entry.state.current != .paused
            else {
                continue
            }
            entry.waitsForDependencies = true
            await other.lock.acquire(isolation: self)
            entry.waitsForDependencies = false
            other.lock.release()
        }
    }

    /// Makes one attempt at the file of an entry whose lock is held.
    private func attempt(_ entry: PluginEntry, at file: StillFile) async -> ReloadResult {
        if let retry = entry.retry { loop.cancel(retry.timer) }
        entry.retry = nil
        entry.pendingChange = false
        let began = MonotonicInstant.now
        let report = await run(entry, AttemptKind(reason: entry.reason), obtain: obtaining(file, for: entry))
        return await settle(report, of: entry, since: began)
    }

    /// How to obtain the image of a file.
    func obtaining(_ file: StillFile, for entry: PluginEntry) -> Obtain {
        let (preparation, trust, ahead) = (preparation(for: entry), environment.trust, readAhead)
        beginJudging(entry)
        return { learn throws(PluginError) in
            let read = try file.read(ahead: ahead.take(file.path)) { path throws(PluginError) in
                try ReadImage(path, trust)
            }
            guard let read else { return .unfinished }
            return try preparation.prepare(read, path: file.path, learn: learn)
        }
    }

    /// How to obtain an image once more of which there is a copy.
    func obtaining(copyOf image: any PluginImage, for entry: PluginEntry) -> Obtain {
        let (path, placement) = (entry.path, placement(for: entry))
        return { learn throws(PluginError) in
            learn(image.build)
            return .ready(try placement.load(copyOf: image, from: path))
        }
    }

    /// The builds that serve.
    var liveBuilds: [BuildName: ImagePreparation.LiveBuild] {
        var builds: [BuildName: ImagePreparation.LiveBuild] = [:]
        for entry in entries.values {
            guard let live = entry.live else { continue }
            builds[live.image.build] = ImagePreparation.LiveBuild(plugin: entry.id, path: entry.path)
        }
        return builds
    }

    func preparation(
        for entry: PluginEntry,
        others: [BuildName: ImagePreparation.LiveBuild]? = nil
    ) -> ImagePreparation {
        ImagePreparation(
            // What is down is put in place again, though its content is the same.
            live: entry.isDown ? nil : entry.live?.image.build,
            quarantined: entry.quarantine?.refusedBuild,
            others: others ?? liveBuilds,
            placement: placement(for: entry)
        )
    }

    // MARK: Attempts

    typealias Obtain = @Sendable (_ learn: (BuildName) -> Void) throws(PluginError) -> ImagePreparation.Finding

    /// What is special about an attempt.
    struct AttemptKind: Sendable {
        /// Only the image is made; which plugin it is, and when it is started, is decided afterwards.
        var preparesOnly = false
        /// Whether the state of the live generation moves over.
        var movesState = true
        /// Whether it is kept with that generation instead.
        var leavesState = false
        /// The live generation may be no good, and is saved as well as it can be.
        var goesBack = false
        /// A state from before that is put back.
        var stored: (state: SavedState, version: String)?
        /// What a plugin may depend on, where others switch together with it.
        var providers: Providers?
        /// The number of a generation that is started again; `nil` for a new one.
        var number: UInt64?
        /// Why, if whoever asked for it has said so.
        var reason: String?
    }

    /// How long the events of an attempt may wait for its end.
    private static let longestHurry = Duration.milliseconds(5)

    /// Runs an attempt on a worker and watches it.
    func run(_ entry: PluginEntry, _ kind: AttemptKind, obtain: @escaping Obtain) async -> ReloadAttempt.Report {
        let attempt = makeAttempt(entry, kind, obtain: obtain)
        let rest = Rest()
        await pauseDependents(of: entry)
        let events = environment.events
        let hurry = events.beginHurry()
        let timer = schedule(after: Self.longestHurry) { _ in events.end(hurry: hurry) }
        let report = await run(nextLook: { attempt.nextLook }, job: { attempt.run() }) {
            attempt.abandonIfOverdue { rest.add($0) }
        }
        await finish(rest, of: [entry])
        loop.cancel(timer)
        events.end(hurry: hurry)
        entry.attempts = report.policy
        await resumeDependents(of: entry)
        return report
    }

    /// Does what is left to do of an attempt that was given up, which may hang as well.
    func finish(_ rest: Rest, of group: [PluginEntry]) async {
        for job in rest.jobs where await run(within: configuration.lifecycleTimeout, job: job) == nil {
            for entry in group { complain(entry, "what its reload had left to do did not return; it was given up") }
        }
    }

    /// What is left to do of attempts that were given up.
    final class Rest: Sendable {
        private let list = Mutex<[@Sendable () -> Void]>([])

        var jobs: [@Sendable () -> Void] { list.withLock { $0 } }

        func add(_ job: @escaping @Sendable () -> Void) {
            list.withLock { $0.append(job) }
        }
    }

    /// Makes an attempt that has not begun.
    func makeAttempt(_ entry: PluginEntry, _ kind: AttemptKind, obtain: @escaping Obtain) -> ReloadAttempt {
        let number = kind.number ?? entry.history?.journal.nextGeneration ?? 1
        return ReloadAttempt(
            ReloadAttempt.Inputs(
                plugin: entry.id,
                policy: entry.attempts,
                obtain: obtain,
                plan: planMaker(for: entry, number, kind),
                started: beginning(of: entry, as: number, kind),
                limit: loadingLimit(of: entry.id),
                lookInterval: configuration.lifecycleTimeout
            )
        )
    }

    /// How long it may take to obtain an image: where there are runners, one is started and a build is tried in it.
    private func loadingLimit(of id: String) -> Duration {
        let needsRunner = configuration.probesBuilds || isolation(of: id) != .inProcess
        guard needsRunner else { return configuration.lifecycleTimeout }
        return configuration.runnerStartTimeout + configuration.lifecycleTimeout * 4
    }

    /// Makes the plan for an image; `nil` if the image is another plugin.
    private func planMaker(
        for entry: PluginEntry,
        _ number: UInt64,
        _ kind: AttemptKind
    ) -> @Sendable (any PluginImage) throws(PluginError) -> ReloadTransaction.Plan? {
        let (environment, configuration, id) = (environment, configuration, entry.id)
        let (slot, state, previous, history) = (entry.slot, entry.state, entry.live, entry.history)
        let providers = kind.providers ?? providers
        let startsAutomatically = !entry.isStopped
        let comesPaused = entry.state.current == .paused
        return { image throws(PluginError) in
            guard image.descriptor.id == id, let history, !kind.preparesOnly, environment.isEnabled(id) else {
                return nil
            }
            // What runs goes on, also as another build, though something that it needs was stopped meanwhile.
            try providers.check(image.descriptor, begins: startsAutomatically && previous == nil)
            for (text, problem) in environment.permissions(of: image.descriptor).malformed {
                let fact = "its metadata asks for the permission '\(text)', which \(problem)"
                environment.warn(id, "\(fact); it is not granted")
            }
            var stored = kind.stored
            if stored == nil, previous?.isStarted != true, configuration.preservesState {
                // What was lost has left its state with the host, which writes it down when it gets to it.
                if let previous, previous.image.isLost { stored = previous.image.keptState }
                if stored == nil { stored = try history.latestState { environment.warn(id, $0) } }
            }
            if previous == nil { try state.move(to: .loading, of: number) }
            let standing = Standing { environment.warn(id, $0) }
            return ReloadTransaction.Plan(
                slot: slot,
                state: state,
                number: number,
                image: image,
                services: environment.services(for: image.descriptor, generation: number, as: standing),
                standing: standing,
                components: environment.components,
                settings: environment.settings(of: id),
                startsAutomatically: startsAutomatically,
                comesPaused: comesPaused,
                previous: previous,
                movesState: configuration.preservesState && kind.movesState,
                leavesState: kind.leavesState,
                goesBack: kind.goesBack,
                stored: stored,
                isOneOfSeveral: kind.providers != nil,
                idleBound: configuration.strategy.idleBound,
                drainTimeout: configuration.drainTimeout,
                lifecycleTimeout: configuration.lifecycleTimeout,
                warn: { environment.warn(id, $0) }
            )
        }
    }
}
