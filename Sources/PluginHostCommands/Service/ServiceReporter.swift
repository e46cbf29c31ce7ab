internal import LinuxSystem
internal import PluginHost
internal import Synchronization

/// Tells a service manager how a host is: that it serves, that it lives, how many plugins serve.
final class ServiceReporter: Sendable {
    private let manager: ServiceManager
    private let host: any ManagedHost
    /// Whether the status is about to be told anyway.
    private let isDue = Atomic(false)
    private let hasBegun = Atomic(false)
    private let told = Mutex("")

    init(_ manager: ServiceManager, _ host: any ManagedHost) {
        self.manager = manager
        self.host = host
    }

    /// Tells that the host serves, and goes on to tell that it lives.
    func begin() async {
        if let interval = manager.pingInterval { host.whileAlive(every: interval) { [manager] in manager.ping() } }
        let status = await status()
        told.withLock { $0 = status }
        manager.ready(status)
        hasBegun.store(true, ordering: .releasing)
        // What has happened meanwhile was not taken note of.
        await tellNews()
    }

    /// Takes note of something that may have changed the status.
    func note(_ event: PluginEvent) {
        let kinds: [PluginEvent.Kind] = [
            .loaded, .unloaded, .pluginRemoved, .reloadCompleted, .reloadFailed, .stateChanged, .crashed, .restarted,
        ]
        guard kinds.contains(event.event), hasBegun.load(ordering: .acquiring),
            !isDue.exchange(true, ordering: .acquiringAndReleasing)
        else { return }
        Task { [self] in
            // What happens while the host is asked is told by another round.
            isDue.store(false, ordering: .releasing)
            await tellNews()
        }
    }

    private func tellNews() async {
        let status = await status()
        let isNew = told.withLock { told in
            defer { told = status }
            return told != status
        }
        if isNew, hasBegun.load(ordering: .acquiring) { manager.say(status) }
    }

    /// Reads the configuration again, and tells when that has begun and when it is over.
    func reload(_ body: () -> String) {
        manager.reloading(at: MonotonicInstant.now.nanoseconds)
        manager.ready(body())
        told.withLock { $0 = "" }
    }

    /// Tells that the host is about to end.
    func end() {
        hasBegun.store(false, ordering: .releasing)
        manager.stopping()
    }

    private func status() async -> String {
        Self.text(of: await host.status())
    }

    /// The line that `systemctl status` shows.
    static func text(of status: HostStatus) -> String {
        let totals = status.host.totals
        var text = "\(FigureText.count(totals.plugins, "plugin")), \(totals.loaded) serving"
        if totals.failed > 0 {
            let failed = status.plugins.filter { $0.state == "error" }.map(\.id)
            text += ", \(totals.failed) failed\(failed.isEmpty ? "" : ": \(failed.joined(separator: ", "))")"
        }
        return text
    }
}
