internal import LinuxSystem
internal import PluginLoading

extension Conductor {
    /// Asks for the health of isolated plugins from time to time (LM-2); those that are unhealthy are replaced (RS-7).
    func scheduleHealthChecks() {
        guard configuration.healthInterval > .zero, environment.runners != nil else { return }
        healthTimer = schedule(after: configuration.healthInterval) { conductor in
            for entry in conductor.entries.values { conductor.examine(entry) }
            conductor.scheduleHealthChecks()
        }
    }

    private func examine(_ entry: PluginEntry) {
        guard let live = entry.live, live.isStarted, live.image.isolation != .inProcess, !entry.lock.isHeld else {
            return
        }
        let (slot, patience, id) = (entry.slot, configuration.lifecycleTimeout, entry.id)
        // The process is asked on a path that no plugin's code is on.
        live.image.demandSignOfLife(within: patience)
        environment.examiners.perform { [weak self, loop] _ in
            // A plugin that is too busy to be asked is alive; its calls have deadlines of their own.
            let soon = MonotonicInstant.now.advanced(by: .seconds(1))
            let health = try? unsafe slot.visit(live.instance.lane, until: soon) { () throws(PluginError) in
                live.instance.checkHealth()
            }
            guard let health, health.level == .unhealthy else { return }
            loop.perform { [weak self] in
                self?.here { conductor in
                    guard let entry = conductor.entries[id], entry.live?.image.path == live.image.path else { return }
                    live.image.giveUp("unhealthy: \(health.details)")
                }
            }
        }
    }
}
