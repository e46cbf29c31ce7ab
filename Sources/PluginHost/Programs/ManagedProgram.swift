internal import LinuxSystem

/// What the host knows of one program that it looks after.
///
/// It is confined to the keeper.
final class ManagedProgram {
    let id: String
    let settings: ProgramSettings
    var state = ProgramState.stopped
    /// The process, from its start until it was waited for.
    var process: ChildProcess?
    var endWatch: EventLoop.Registration?
    var outputWatch: EventLoop.Registration?
    var started: MonotonicInstant?
    var policy: RestartPolicy
    /// The timer of the restart that it waits for, or of the moment at which it is killed.
    var timer: EventLoop.TimerID?
    var noticeTimer: EventLoop.TimerID?
    var output = ProgramOutput()
    var restarts = 0
    /// Its process is being started: there is none yet, and there is nothing to cancel.
    var isLaunching = false
    /// How long it may take to end, once it was asked to.
    var stopLimit = Duration.zero
    /// Whether it was ever started.
    var hasRun = false
    var lastEnd: String?
    var lastError: String?
    /// Those who wait until there is no process any more.
    var waiters: [CheckedContinuation<Void, Never>] = []

    init(id: String, settings: ProgramSettings) {
        self.id = id
        self.settings = settings
        policy = RestartPolicy(settings.restartLimits)
    }

    var name: String { settings.name ?? id }

    var status: ProgramStatus {
        ProgramStatus(
            id: id,
            name: name,
            state: state,
            pid: process?.processID,
            uptimeSeconds: started?.duration(to: .now).inSeconds,
            restarts: restarts,
            command: [settings.command] + settings.arguments,
            lastEnd: lastEnd,
            lastError: lastError,
            droppedBytes: output.droppedBytes
        )
    }
}
