internal import Synchronization

/// The plugins as parts of the heartbeat: each is `plugin/ID` while the host knows it (CH-3).
final class PluginHeartbeats: Sendable {
    private let monitor: HeartbeatMonitor
    /// The generations that have spoken for themselves, of those that serve or may come to it.
    private let speakers = Mutex<[String: Set<UInt64>]>([:])

    init(monitor: HeartbeatMonitor) {
        self.monitor = monitor
    }

    static func name(of plugin: String) -> String { "plugin/\(plugin)" }

    /// Takes a plugin's own report: that it is alive, or an error.
    func report(_ error: String?, of plugin: String, generation: UInt64) {
        // That of a build on trial says nothing of the one that serves.
        guard generation > 0 else { return }
        let name = Self.name(of: plugin)
        speakers.withLock { _ = $0[plugin, default: []].insert(generation) }
        if !monitor.has(name) { try? monitor.register(name) }
        if let error { monitor.fail(name, error) } else { monitor.alive(name) }
    }

    /// Takes over how the host sees its plugins; it speaks for those that do not speak for themselves.
    ///
    /// What a generation has said goes with it.
    func take(_ plugins: [PluginStatus]) {
        let known = Set(plugins.map { Self.name(of: $0.id) })
        for name in monitor.names where name.hasPrefix("plugin/") && !known.contains(name) {
            monitor.unregister(name)
            speakers.withLock { $0[String(name.dropFirst("plugin/".count))] = nil }
        }
        for plugin in plugins {
            let name = Self.name(of: plugin.id)
            if !monitor.has(name) { try? monitor.register(name) }
            if plugin.state == "error" {
                monitor.fail(name, plugin.lastError ?? "it is in error")
            } else if plugin.state != "running" || !speaks(plugin) {
                monitor.alive(name)
            }
        }
    }

    /// Whether the generation that serves has spoken; one that came after it and failed says nothing of it.
    private func speaks(_ plugin: PluginStatus) -> Bool {
        speakers.withLock { speakers in
            let present = speakers[plugin.id]?.filter { $0 >= plugin.generation }
            speakers[plugin.id] = present
            return present?.contains(plugin.generation) ?? false
        }
    }
}
