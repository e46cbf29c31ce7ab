internal import LinuxSystem
internal import PluginHost
internal import Synchronization

/// What SIGHUP means for a host: that its configuration is to be read again, or that its terminal is gone.
final class Hangups: Sendable {
    private let reloader: ConfigurationReloader?
    private let service: ServiceReporter?
    private let log: LogWriter
    private let terminate: @Sendable () -> Void
    private let hadTerminal = ControllingTerminal.isThere
    /// Whether the host serves, whether a signal has come before it did, and whether it was told to end.
    private let state = Mutex((isReady: false, isDue: false, isTold: false))

    init(
        reloader: ConfigurationReloader?,
        service: ServiceReporter?,
        log: LogWriter,
        terminate: @escaping @Sendable () -> Void
    ) {
        self.reloader = reloader
        self.service = service
        self.log = log
        self.terminate = terminate
    }

    /// Takes a signal; the thread waits until the configuration is taken.
    func take() {
        guard !hadTerminal || ControllingTerminal.isThere else {
            // As for any program that was started there, and nobody has told to outlive it. The kernel says so, and a shell
            // may say it again; the second wish that a host ends would end it at once.
            let isTold = state.withLock { state in
                defer { state.isTold = true }
                return state.isTold
            }
            guard !isTold else { return }
            log.say("the terminal is gone")
            return terminate()
        }
        let isReady = state.withLock { state in
            if !state.isReady { state.isDue = true }
            return state.isReady
        }
        guard isReady else { return }
        if let service { service.reload { reload() } } else { _ = reload() }
    }

    /// Takes note that the host serves; what has come before is done now.
    func begin() async {
        let isDue = state.withLock { state in
            state.isReady = true
            return state.isDue
        }
        if isDue { await Blocking.run("hangup") { [self] in take() } }
    }

    private func reload() -> String {
        if let reloader {
            log.say("SIGHUP: the configuration is read again")
            return reloader.reload()
        }
        let text = "there is no configuration to read: the host was started without --config"
        log.say("SIGHUP: \(text)", level: .warning)
        return text
    }
}
