internal import LinuxSystem
internal import PluginLoading
internal import struct FoundationEssentials.Date

extension Conductor {
    /// Begins, changes or ends the polling of all plugins' health (LM-2); it ends with an interval of zero.
    func pollHealth(every interval: Duration) {
        if let healthTimer { loop.cancel(healthTimer) }
        healthTimer = nil
        healthInterval = interval
        scheduleHealthChecks()
    }

    /// Asks for the health of all plugins from time to time; isolated ones that are unhealthy are replaced (RS-7).
    func scheduleHealthChecks() {
        guard healthInterval > .zero, phase != .stopped else { return }
        healthTimer = schedule(after: healthInterval) { conductor in
            for entry in conductor.entries.values { conductor.examine(entry) }
            conductor.scheduleHealthChecks()
        }
    }

    /// Asks a plugin for its health now (LM-2).
    func checkHealth(of id: String) async throws(PluginError) -> HealthReport {
        let entry = try find(id)
        guard let live = entry.live, live.isStarted, entry.state.current == .running else {
            let state = entry.state.current.name
            throw PluginError(code: .notFound, message: "\(id) is \(state), and only what runs has a health")
        }
        let (slot, limit) = (entry.slot, configuration.lifecycleTimeout)
        let health: PluginHealth
        do throws(PluginError) {
            health = try await demand(entry, "the health check", limit: limit) { () throws(PluginError) in
                try unsafe slot.visit(live.instance.lane, until: .now.advanced(by: limit)) { () throws(PluginError) in
                    live.instance.checkHealth()
                }
            }
        } catch {
            health = PluginHealth(level: .unhealthy, details: error.message)
        }
        note(health, of: entry, live)
        return entry.health ?? HealthReport(level: health.level.name, details: health.details, time: Date(), errors: 0)
    }

    /// The figures that a plugin gives of itself.
    func statistics(of id: String) async throws(PluginError) -> JSONValue {
        let entry = try find(id)
        guard let live = entry.live, live.isStarted else {
            throw PluginError(code: .notFound, message: "\(id) is \(entry.state.current.name), and gives no figures")
        }
        let (slot, limit) = (entry.slot, configuration.lifecycleTimeout)
        let bytes = try await demand(entry, "statistics", limit: limit) { () throws(PluginError) in
            try unsafe slot.visit(live.instance.lane, until: .now.advanced(by: limit)) { () throws(PluginError) in
                try live.instance.statistics()
            }
        }
        do throws(PluginError) {
            return try JSONCoding.decode(from: bytes)
        } catch {
            throw PluginError(code: .badAnswer, message: "\(id): its statistics are no JSON: \(error.message)")
        }
    }

    /// How the plugins have been, as far as they were asked, by their ids.
    func healthHistory() -> [String: [HealthSpan]] {
        entries.mapValues(\.healthTimeline.spans).filter { !$0.value.isEmpty }
    }

    private func examine(_ entry: PluginEntry) {
        guard let live = entry.live, live.isStarted, entry.state.current == .running, !entry.lock.isHeld else { return }
        let (slot, patience, id) = (entry.slot, configuration.lifecycleTimeout, entry.id)
        // The process is asked on a path that no plugin's code is on.
        if live.image.isolation != .inProcess { live.image.demandSignOfLife(within: patience) }
        environment.examiners.perform { [weak self, loop] _ in
            // A plugin that is too busy to be asked is alive; its calls have deadlines of their own.
            let soon = MonotonicInstant.now.advanced(by: .seconds(1))
            let health = try? unsafe slot.visit(live.instance.lane, until: soon) { () throws(PluginError) in
                live.instance.checkHealth()
            }
            guard let health else { return }
            loop.perform { [weak self] in
                self?.here { conductor in
                    guard let entry = conductor.entries[id] else { return }
                    conductor.note(health, of: entry, live)
                }
            }
        }
    }

    /// Notes how a plugin is; one in a process of its own that is unhealthy is given up.
    private func note(_ health: PluginHealth, of entry: PluginEntry, _ live: Generation) {
        guard entry.live?.image.path == live.image.path, entry.live?.number == live.number else { return }
        let before = entry.health
        let isUnhealthy = health.level == .unhealthy
        entry.health = HealthReport(
            level: health.level.name,
            details: health.details,
            time: Date(),
            errors: (before?.errors ?? 0) + (isUnhealthy ? 1 : 0),
            uptimeSeconds: entry.servingSince.map { $0.duration(to: .now).inSeconds }
        )
        entry.healthTimeline.note(
            health.level.name,
            health.details,
            of: live.number,
            at: entry.health?.time ?? Date(),
            every: healthInterval
        )
        guard isUnhealthy else { return }
        if before?.level != health.level.name { complain(entry, "it is unhealthy: \(health.details)") }
        if live.image.isolation != .inProcess { live.image.giveUp("unhealthy: \(health.details)") }
    }
}
