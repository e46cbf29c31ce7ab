internal import LinuxSystem
internal import PluginLoading
internal import struct FoundationEssentials.Date

extension Conductor {
    /// Begins, changes or ends the polling of all plugins' health (LM-2); it ends with an interval of zero.
    func pollHealth(every interval: Duration) {
        if let healthTimer { loop.cancel(healthTimer) }
        healthTimer = nil
        healthInterval = interval
        // The start begins it.
        if phase == .running { scheduleHealthChecks() }
    }

    /// Asks for the health of all plugins from time to time; isolated ones that are unhealthy are replaced (RS-7).
    func scheduleHealthChecks() {
        guard let healthInterval, healthInterval > .zero, phase != .stopped else { return }
        healthTimer = schedule(after: healthInterval) { conductor in
            for entry in conductor.entries.values { conductor.examine(entry) }
            conductor.scheduleHealthChecks()
        }
    }

    /// Asks a plugin for its health now (LM-2).
    func checkHealth(of id: String) async throws(PluginError) -> HealthReport {
        let entry = try find(id)
        guard let live = entry.live, live.isStarted, entry.state.current == .running else {
            throw Self.hasNoHealth(entry)
        }
        let limit = configuration.lifecycleTimeout
        switch await askForHealth(entry, live, patience: limit) {
        case nil: note(.hangs(limit), of: entry, live)
        case .success(let health): note(health, of: entry, live)
        case .failure where entry.state.current == .paused: throw Self.hasNoHealth(entry)
        case .failure(let error):
            // Whatever keeps it from being asked, it has said nothing of itself.
            let (level, errors) = (PluginHealth.Level.unhealthy.name, entry.healthErrors)
            return HealthReport(level: level, details: error.message, time: Date(), errors: errors)
        }
        guard let report = entry.health else {
            throw PluginError(code: .notFound, message: "\(id) was replaced while it was asked for its health")
        }
        return report
    }

    /// The figures that a plugin gives of itself.
    func statistics(of id: String) async throws(PluginError) -> JSONValue {
        let entry = try find(id)
        guard let live = entry.live, live.isStarted, entry.state.current != .paused else {
            throw Self.givesNoFigures(entry)
        }
        let answer = await askForFigures(entry, live)
        if case .failure = answer, entry.state.current == .paused { throw Self.givesNoFigures(entry) }
        let bytes = try answer.get()
        do throws(PluginError) {
            return try JSONCoding.decode(from: bytes)
        } catch {
            throw PluginError(code: .badAnswer, message: "\(id): its statistics are no JSON: \(error.message)")
        }
    }

    private static func hasNoHealth(_ entry: PluginEntry) -> PluginError {
        let state = entry.state.current.name
        return PluginError(code: .notFound, message: "\(entry.id) is \(state), and only what runs has a health")
    }

    private static func givesNoFigures(_ entry: PluginEntry) -> PluginError {
        PluginError(code: .notFound, message: "\(entry.id) is \(entry.state.current.name), and gives no figures")
    }

    /// How the plugins have been, as far as they were asked, by their ids.
    func healthHistory() -> [String: [HealthSpan]] {
        entries.mapValues(\.healthTimeline.spans).filter { !$0.value.isEmpty }
    }

    private func examine(_ entry: PluginEntry) {
        guard let live = entry.live, live.isStarted, entry.state.current == .running, !entry.lock.isHeld,
            entry.askedForHealth?.image != live.image.path, entry.examined != live.image.path
        else { return }
        // The process is asked on a path that no plugin's code is on.
        let limit = configuration.lifecycleTimeout
        if live.image.isolation != .inProcess { live.image.demandSignOfLife(within: limit) }
        // What it has answered is noted before it is asked again: on a busy machine it could come after a newer answer.
        entry.examined = live.image.path
        Task {
            defer { if entry.examined == live.image.path { entry.examined = nil } }
            // A plugin that is too busy to be asked is alive; its calls have deadlines of their own.
            switch await askForHealth(entry, live, patience: .seconds(1)) {
            case nil: note(.hangs(limit), of: entry, live)
            case .success(let health): note(health, of: entry, live)
            case .failure: break
            }
        }
    }

    /// Notes how a plugin is; one in a process of its own that is unhealthy is given up.
    private func note(_ health: PluginHealth, of entry: PluginEntry, _ live: Generation) {
        guard entry.live?.image.path == live.image.path, entry.live?.number == live.number else { return }
        let before = entry.health
        let isUnhealthy = health.level == .unhealthy
        if isUnhealthy { entry.healthErrors += 1 }
        entry.health = HealthReport(
            level: health.level.name,
            details: health.details,
            time: Date(),
            errors: entry.healthErrors,
            uptimeSeconds: entry.servingSince.map { $0.duration(to: .now).inSeconds }
        )
        entry.healthTimeline.note(
            health.level.name,
            health.details,
            of: live.number,
            at: entry.health?.time ?? Date(),
            every: healthInterval ?? configuration.healthInterval
        )
        guard isUnhealthy else { return }
        if before?.level != health.level.name { complain(entry, "it is unhealthy: \(health.details)") }
        if live.image.isolation != .inProcess { live.image.giveUp("unhealthy: \(health.details)") }
    }
}

extension PluginHealth {
    /// That of a plugin whose check does not return.
    fileprivate static func hangs(_ limit: Duration) -> PluginHealth {
        PluginHealth(level: .unhealthy, details: "its health check did not return within \(limit.inSeconds) s")
    }
}
