internal import LinuxSystem
internal import PluginLoading
internal import RunnerProtocol
internal import Synchronization

/// The runners of a host: those that are kept ready, those that groups share, and all that have not ended.
final class RunnerPool: RunnerPlaces {
    private struct State {
        var spares: [Runner] = []
        var all: [Runner] = []
        /// Those that were given away before the image was there, by who is to have them.
        var promised: [Promise: (runner: Runner, asked: [String])] = [:]
        /// What plugins have asked for of what a sandbox holds, by their ids; only their code tells, which runs inside.
        var asked: [String: [String]] = [:]
        var isStopped = false
    }

    /// For whom a runner was made ready.
    enum Promise: Hashable, Sendable {
        case plugin(String)
        /// For the trial of what is in a file of this name; it may do there what the host may do.
        case trial(String)

        var label: String {
            switch self {
            case .plugin(let id): id
            case .trial(let name): name
            }
        }

        /// The plugins that are known.
        var plugins: [String] {
            if case .plugin(let id) = self { [id] } else { [] }
        }
    }

    /// What is to be loaded.
    private struct Content {
        /// Where it came from.
        var path: String
        var build: BuildName
        /// Which plugin it is thought to be.
        var plugin: String?
        /// Makes the copy that is mapped.
        var copy: () throws(PluginError) -> String

        init(path: String, build: BuildName, plugin: String?, copy: @escaping () throws(PluginError) -> String) {
            self.path = path
            self.build = build
            self.plugin = plugin
            self.copy = copy
        }

        init(_ image: InspectedImage, expecting plugin: String?, in images: ImageStore) {
            self.init(path: image.path, build: image.build, plugin: plugin) { () throws(PluginError) in
                try images.store(image.bytes, of: image.path)
            }
        }
    }

    private let settings: RunnerSettings
    private let images: ImageStore
    /// Watches all runners; a host that needs none has none.
    private let loop = Mutex<EventLoop?>(nil)
    private let state = Mutex(State())
    /// What is put in its place goes before the calls of all runners.
    private let rightOfWay = RightOfWay()
    private let hasComplained = Atomic(false)
    /// Whether a plugin was ever to run in a runner.
    private let isInUse = Atomic(false)
    /// The runners of groups, by the groups' names.
    private let groups = Mutex<[String: Runner]>([:])
    /// Starts spares, one after the other; nobody waits for it.
    private let starter = WorkerPool(name: "runner-start", limit: 1, isPatient: true)
    /// Writes the reports of crashes: the disk may be slow, and the loop watches all runners.
    private let reporter = WorkerPool(name: "crash-reports", limit: 1)
    /// How long the next spare waits, so that its start does not stand in the way of what this one was needed for.
    private static let courtesy = Duration.milliseconds(10)
    /// How long a promised runner waits for its image.
    private static let promiseTime = Duration.milliseconds(200)
    /// A build may do in its trial what it could do in the host's own process.
    private static let trialSandboxing = RunnerSandboxing()

    init(_ settings: RunnerSettings, images: ImageStore) {
        let (report, reporter) = (settings.report, reporter)
        var settings = settings
        settings.report = { crash in reporter.perform { _ in report(crash) } }
        self.settings = settings
        self.images = images
    }

    /// Whether runners can be started at all; says once if they can't.
    var isUsable: Bool {
        if Self.isInstalled(settings.executable) { return true }
        if !hasComplained.exchange(true, ordering: .relaxed) {
            settings.warn(
                "the program plugin-runner is not at \(settings.executable), so new builds are not tried before they are "
                    + "loaded"
            )
        }
        return false
    }

    /// Whether a plugin was ever to run in one; trials don't count.
    var wasNeeded: Bool { isInUse.load(ordering: .relaxed) }

    /// How many there are.
    var counts: HostFigures.Runners {
        state.withLock { state in
            let spare = state.spares.count { !$0.isLost }
            return HostFigures.Runners(spare: spare, used: max(state.all.count { !$0.hasEnded } - spare, 0))
        }
    }

    // MARK: Loading

    func load(
        _ image: InspectedImage,
        expecting plugin: String?,
        in isolation: Isolation
    ) throws(PluginError) -> any PluginImage {
        isInUse.store(true, ordering: .relaxed)
        let content = Content(image, expecting: plugin, in: images)
        let asked = asked(by: plugin)
        let loaded = try place(content, for: plugin, asking: asked, in: isolation)
        guard case .process = isolation else { return loaded }
        // Only now it is known whose sandbox it has to be, and what it asks for.
        let id = loaded.descriptor.id
        let asks = takeAsked(by: loaded.descriptor)
        if id == plugin, asks == asked { return loaded }
        loaded.retire()
        return try place(content, for: id, asking: asks, in: isolation)
    }

    private func asked(by plugin: String?) -> [String] {
        plugin.flatMap { id in state.withLock { $0.asked[id] } } ?? []
    }

    /// Keeps what a plugin asks for, for the next runner that it is given.
    private func takeAsked(by descriptor: PluginDescriptor) -> [String] {
        let asks = descriptor.permissions.filter(Permission.isOfSandbox)
        state.withLock { $0.asked[descriptor.id] = asks.isEmpty ? nil : asks }
        return asks
    }

    func load(
        copyOf image: any PluginImage,
        from path: String,
        expecting plugin: String
    ) throws(PluginError) -> any PluginImage {
        let content = Content(path: path, build: image.build, plugin: plugin) { [images] () throws(PluginError) in
            try images.store(copy: image.path, of: path)
        }
        return try place(content, for: plugin, asking: takeAsked(by: image.descriptor), in: .process)
    }

    func loadForTrial(_ image: InspectedImage, expecting plugin: String?) throws(PluginError) -> any PluginImage {
        let content = Content(image, expecting: plugin, in: images)
        return try place(content, for: nil, asking: [], in: .process, Self.trialSandboxing)
    }

    private func place(
        _ content: Content,
        for plugin: String?,
        asking asked: [String],
        in isolation: Isolation,
        _ sandboxing: RunnerSandboxing? = nil
    ) throws(PluginError) -> any PluginImage {
        let promise = plugin.map(Promise.plugin) ?? .trial(content.path.lastName)
        let runner = try runner(for: isolation, promise, asked, sandboxing ?? settings.sandbox(plugin, asked))
        defer { runner.release() }
        let seat = try runner.makeSeat(isolation)
        // The runner puts its sandbox up meanwhile.
        var copy: String?
        do throws(PluginError) {
            let path = try content.copy()
            copy = path
            let image = try RunnerImage(
                content.path,
                content.build,
                expecting: content.plugin,
                at: path,
                in: seat,
                isolation: isolation,
                store: images
            )
            // Calls are for who stays.
            if case .plugin = promise { seat.caller.expectCalls() }
            return image
        } catch {
            runner.leave(seat)
            if let copy { images.remove(copy) }
            throw error
        }
    }

    /// Gives a runner that knows what it is for, and that stays until it is released.
    private func runner(
        for isolation: Isolation,
        _ promise: Promise,
        _ asked: [String],
        _ sandboxing: @autoclosure () -> RunnerSandboxing
    ) throws(PluginError) -> Runner {
        guard case .group(let group) = isolation else {
            let promised = state.withLock { $0.promised.removeValue(forKey: promise) }
            if let promised, promised.asked == asked, promised.runner.reserve() { return promised.runner }
            promised?.runner.end()
            let runner = try take(for: promise)
            runner.expect()
            try assign(runner, label: promise.label, sandboxing())
            return runner
        }
        // Two that come at once must not get a runner each; whoever waits here would wait for a runner anyway.
        return try groups.withLock { groups throws(PluginError) in
            if let runner = groups[group], runner.reserve() { return runner }
            let runner = try take(for: promise)
            // A sandbox is a process's: the members share that of a plugin that nobody has granted anything.
            try assign(runner, label: isolation.description, settings.sandbox(nil, []))
            groups[group] = runner
            return runner
        }
    }

    private func assign(_ runner: Runner, label: String, _ sandboxing: RunnerSandboxing) throws(PluginError) {
        do throws(PluginError) {
            try runner.assign(label: label, sandboxing)
        } catch {
            runner.release()
            throw error
        }
    }

    private static let stopping = PluginError(code: .shuttingDown, message: "the host is stopping")

    // MARK: Promises

    /// Gives a spare to whoever will need it in a moment, most likely: its sandbox is put up while the image is looked at.
    ///
    /// Nothing happens if no spare is ready; one that is not needed in that moment is ended.
    func promise(_ promise: Promise) {
        let spare = state.withLock { state -> Runner? in
            state.spares.removeAll { $0.isLost }
            guard !state.isStopped, state.promised[promise] == nil, !state.spares.isEmpty else { return nil }
            return state.spares.removeFirst()
        }
        guard let spare else { return }
        spare.expect()
        do throws(PluginError) {
            var (sandboxing, asked) = (Self.trialSandboxing, [String]())
            if case .plugin(let id) = promise {
                asked = self.asked(by: id)
                sandboxing = settings.sandbox(id, asked)
            }
            try spare.assign(label: promise.label, sandboxing)
            // Somebody may have promised the same meanwhile.
            let other = state.withLock { $0.promised.updateValue((spare, asked), forKey: promise) }
            other?.runner.end()
            spare.loop.perform { [weak self] in
                _ = spare.loop.schedule(at: .now.advanced(by: Self.promiseTime)) { [weak self] in
                    self?.breakPromise(promise, of: spare)
                }
            }
        } catch {
            spare.end()
        }
        refill(after: Self.courtesy)
    }

    private func breakPromise(_ promise: Promise, of runner: Runner) {
        let isUnused = state.withLock { state in
            guard state.promised[promise]?.runner === runner else { return false }
            state.promised[promise] = nil
            return true
        }
        if isUnused { runner.end() }
    }

    // MARK: Spares

    /// Gives a runner away that nobody has used, and that stays until it is released.
    private func take(for promise: Promise) throws(PluginError) -> Runner {
        let deadline = MonotonicInstant.now.advanced(by: settings.startTimeout)
        let (spare, isStopped) = state.withLock { state -> (Runner?, Bool) in
            state.spares.removeAll { $0.isLost }
            return (state.spares.isEmpty ? nil : state.spares.removeFirst(), state.isStopped)
        }
        guard !isStopped else { throw Self.stopping }
        let runner: Runner
        if let spare { runner = spare } else { runner = try launch(for: promise.plugins) }
        refill(after: Self.courtesy)
        try runner.waitUntilReady(until: deadline)
        guard runner.reserve() else {
            throw PluginError(code: .crashed, message: "a runner was lost before its plugin came: \(runner.endText)")
        }
        return runner
    }

    private func launch(for plugins: [String] = []) throws(PluginError) -> Runner {
        let runner = try RunnerLauncher(settings: settings, loop: makeLoop(), rightOfWay: rightOfWay)
            .launch(for: plugins)
        let isStopped = state.withLock { state in
            state.all.removeAll { $0.hasEnded }
            state.all.append(runner)
            return state.isStopped
        }
        guard isStopped else { return runner }
        // Nobody watches it any more.
        runner.end()
        throw Self.stopping
    }

    private func makeLoop() throws(PluginError) -> EventLoop {
        try loop.withLock { loop throws(PluginError) in
            if let loop { return loop }
            // Whoever stops looks for the loop afterwards.
            guard !state.withLock({ $0.isStopped }) else { throw Self.stopping }
            do throws(SystemCallError) {
                let new = try EventLoop(name: "runners")
                loop = new
                return new
            } catch {
                throw PluginError(code: .exhausted, message: "the loop that watches runners can't be started: \(error)")
            }
        }
    }

    /// Starts what is missing of the runners that are kept ready.
    func refill(after delay: Duration = .zero) {
        guard settings.warm > 0, Self.isInstalled(settings.executable) else { return }
        starter.perform { [self] _ in
            if delay > .zero {
                _ = Monitor(()).wait(for: .entry, until: .now.advanced(by: delay)) { _ -> Void? in nil }
            }
            while state.withLock({ !$0.isStopped && $0.spares.count < settings.warm }) {
                do throws(PluginError) {
                    let runner = try makeSpare()
                    state.withLock { $0.spares.append(runner) }
                } catch {
                    // The next plugin starts its own, and says what is wrong.
                    guard !state.withLock({ $0.isStopped }) else { return }
                    return settings.warn("no runner could be kept ready: \(error.message)")
                }
            }
        }
    }

    /// Starts a runner and has it do what can be done before a plugin comes.
    private func makeSpare() throws(PluginError) -> Runner {
        let runner = try launch()
        try runner.waitUntilReady(until: .now.advanced(by: settings.startTimeout))
        do throws(PluginError) {
            try runner.rehearse(settings.sandbox(nil, []).rules)
            return runner
        } catch {
            runner.end()
            throw error
        }
    }

    // MARK: The end

    /// Ends all runners, and returns when they are gone; blocks the thread.
    func stop(until deadline: MonotonicInstant) {
        let all = state.withLock { state in
            state.isStopped = true
            state.spares = []
            return state.all
        }
        for runner in all { runner.end() }
        for runner in all where !runner.waitUntilEnded(until: deadline) {
            runner.kill("the host has stopped")
            _ = runner.waitUntilEnded(until: .now.advanced(by: .seconds(5)))
        }
        settings.groups?.clear()
        starter.stop()
        loop.withLock { $0 }?.stop()
        let hasReported = Monitor(false)
        reporter.perform { _ in
            hasReported.withLock { $0 = true }
            hasReported.broadcast(.entry)
        }
        reporter.stop()
        // A disk that does not answer is no reason not to end.
        _ = hasReported.wait(for: .entry, until: .now.advanced(by: .seconds(5))) { $0 ? true : nil }
    }
}
