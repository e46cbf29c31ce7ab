internal import LinuxSystem
internal import PluginLoading

/// What the host knows of one plugin, or of one file that never said which plugin it is.
///
/// It is confined to the conductor.
final class PluginEntry {
    /// The generation that is watched after a switch.
    struct Probation {
        var generation: UInt64
        var until: MonotonicInstant
        var timer: EventLoop.TimerID?
        /// Why it has failed, if that could not be acted on yet.
        var verdict: String?
    }

    /// The plugin's id, or the file's name.
    let id: String
    let slot: PluginSlot
    let state: StateCell
    let lock = OperationLock()
    /// Where its state and its history are; `nil` for a file that never said which plugin it is.
    var history: PluginHistory?
    var path: String
    /// What serves yet from the same file as it was before; it ends when this one serves.
    var replaced: PluginEntry?
    var live: Generation?
    /// What the last generation that served says of itself.
    var descriptor: PluginDescriptor?
    /// What a build says of itself that was refused before anything has served; for people only.
    var refused: PluginDescriptor?
    var attempts: AttemptPolicy
    var retry: (timer: EventLoop.TimerID, at: MonotonicInstant)?
    var quarantine: PluginStatus.Quarantine?
    var probation: Probation?
    var lastError: String?
    var pendingChange = false
    /// Another plugin is missing that this one needs; it is tried again when one arrives.
    var waitsForDependency = false
    /// What is wrong with the versions of plugins that it needs, by their ids, though it serves.
    var unsuited: [String: String] = [:]
    /// The file is not trusted; it is tried again when that may have changed.
    var awaitsTrust = false
    /// How many changes of that kind there had been when the file was judged last.
    var trustChangesSeen: UInt64 = 0
    /// A reload of the file is waiting for its turn; another one would find nothing new.
    var hasQueuedReload = false
    /// The latest attempt was asked for by command; so are those that repeat it, whatever the watcher has seen by then.
    var isOnCommand = false
    /// Why, if whoever asked for it has said so.
    var reason: String?
    /// The state that was saved last, if by a checkpoint.
    var lastCheckpoint: SHA256?
    var checkpoints = CheckpointPace()
    /// Decides about what comes after a crash of its runner.
    var restarts: RestartPolicy
    var restartCount = 0
    /// It was stopped by command, or does not start by itself, and is not started until a command says so.
    var isStopped = false
    /// The word to those that need it that it was lost.
    var farewell: Task<Void, Never>?
    /// The plugins that it is paused for, because it depends on them and they are away.
    var pausedFor: Set<String> = []
    /// Whether its reload waits for those of plugins that it needs, with its lock held.
    var waitsForDependencies = false
    /// How many plugins that it needs wait for its lock; its reload then does not wait for those.
    var dependenciesInWait = 0
    var isAwaitedByDependency: Bool { dependenciesInWait > 0 }
    /// Since when its live generation serves.
    var servingSince: MonotonicInstant?
    /// How long it took to load and to initialise the live generation.
    var times: (load: Double, initialise: Double)?
    /// How it was when it was asked last.
    var health: HealthReport?
    /// How often it was unhealthy, over all generations of this run.
    var healthErrors = 0
    /// The image that is being asked how it is, and what it says.
    var askedForHealth: (image: String, answer: Task<Result<PluginHealth, PluginError>?, Never>)?
    /// The same for its figures.
    var askedForFigures: (image: String, answer: Task<Result<[UInt8], PluginError>, Never>)?
    /// The image whose answer to the polling of its health is still to be noted.
    var examined: String?
    /// How it has been before.
    var healthTimeline = HealthTimeline()
    /// Whether it has crashed and was left down, though its generation is still the live one.
    var isDown: Bool { if case .error = state.current { live?.isStarted == false } else { false } }

    var figures = ReloadFigures()
    var reloads = 0
    var failedReloads = 0
    var retiredImages = 0
    var retiredBytes = 0
    /// The calls of the generations before the live one.
    var pastCalls: UInt64 = 0
    var pastOutcomes = CallOutcomes()

    init(id: String, path: String, slot: PluginSlot, state: StateCell, attempts: AttemptPolicy, restarts: RestartPolicy)
    {
        self.id = id
        self.path = path
        self.slot = slot
        self.state = state
        self.attempts = attempts
        self.restarts = restarts
    }

    /// Counts an image as one that stays mapped and serves no more.
    func retire(_ image: any PluginImage) {
        image.retire()
        guard image.keptSize > 0 else { return }
        retiredImages += 1
        retiredBytes += image.keptSize
    }

    /// Keeps the figures of a generation that was replaced.
    func keepFigures(of generation: Generation) {
        let lane = unsafe generation.instance.lane
        pastCalls += unsafe lane.pointee.answered
        let outcomes = unsafe lane.pointee.outcomes
        pastOutcomes.failed += outcomes.failed
        pastOutcomes.refused += outcomes.refused
        pastOutcomes.timedOut += outcomes.timedOut
    }
}
