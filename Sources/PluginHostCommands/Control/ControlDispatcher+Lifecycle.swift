internal import PluginHost
internal import struct FoundationEssentials.Date

extension ControlDispatcher {
    /// Starts, stops, pauses, resumes or refreshes plugins; without any, all are meant.
    func lifecycle(_ method: String, _ parameters: ControlParameters) throws(ControlError) -> [LifecycleResult] {
        let host = host
        let mayBeAll = ["lifecycle.start", "lifecycle.stop"].contains(method)
        try method == "lifecycle.stop" ? parameters.allow("plugins", "atOnce") : parameters.allow("plugins")
        let gracefully = try !parameters.flag("atOnce")
        guard parameters.has("plugins") || !mayBeAll else {
            return Blocking.wait {
                method == "lifecycle.start"
                    ? await host.startAllPlugins() : await host.stopAllPlugins(gracefully: gracefully)
            }
        }
        let ids = try parameters.texts("plugins")
        return Blocking.wait {
            var results: [LifecycleResult] = []
            for id in ids {
                do throws(PluginError) {
                    switch method {
                    case "lifecycle.start": results.append(try await host.startPlugin(id))
                    case "lifecycle.stop": results.append(try await host.stopPlugin(id, gracefully: gracefully))
                    case "lifecycle.pause": results.append(try await host.pausePlugin(id))
                    case "lifecycle.resume": results.append(try await host.resumePlugin(id))
                    default: results.append(try await host.refreshPlugin(id))
                    }
                } catch {
                    results.append(
                        LifecycleResult(
                            plugin: id,
                            state: PluginState.unloaded.name,
                            success: false,
                            durationSeconds: 0,
                            error: error.message,
                            code: error.code.name
                        )
                    )
                }
            }
            return results
        }
    }

    /// Asks plugins for their health; without any, all that run.
    ///
    /// One that failed, and can't be asked, is unhealthy.
    func health(_ parameters: ControlParameters) throws(ControlError) -> [String: HealthReport] {
        let host = host
        try parameters.allow("plugins")
        var reports: [String: HealthReport] = [:]
        if parameters.has("plugins") {
            for id in try parameters.texts("plugins") {
                reports[id] = try plugin { () async throws(PluginError) in try await host.checkHealth(of: id) }
            }
            return reports
        }
        let status = Blocking.wait { await host.status() }
        for entry in status.plugins {
            if entry.state == PluginState.running.name {
                reports[entry.id] = try? plugin { () async throws(PluginError) in
                    try await host.checkHealth(of: entry.id)
                }
            } else if entry.state == "error" {
                reports[entry.id] = HealthReport(
                    level: "unhealthy",
                    details: entry.lastError ?? "it failed",
                    time: .now,
                    errors: entry.health?.errors ?? 0
                )
            }
        }
        return reports
    }
}
