import Foundation
import PluginHost
import Synchronization

extension HostDouble {
    func startPlugin(_ id: String) async throws(PluginError) -> LifecycleResult {
        try lifecycle("start", id, "running")
    }

    func stopPlugin(_ id: String, gracefully: Bool) async throws(PluginError) -> LifecycleResult {
        try lifecycle(gracefully ? "stop" : "stop at once", id, "stopped")
    }

    func pausePlugin(_ id: String) async throws(PluginError) -> LifecycleResult { try lifecycle("pause", id, "paused") }

    func resumePlugin(_ id: String) async throws(PluginError) -> LifecycleResult {
        try lifecycle("resume", id, "running")
    }

    func refreshPlugin(_ id: String) async throws(PluginError) -> LifecycleResult {
        try lifecycle("refresh", id, "running")
    }

    func reloadTogether(_ ids: [String], reason: String?) async -> [ReloadResult] {
        note("reload together \(ids.joined(separator: " "))\(reason.map { ", because \($0)" } ?? "")")
        return []
    }

    func startAllPlugins() async -> [LifecycleResult] {
        note("start all")
        return []
    }

    func stopAllPlugins(gracefully: Bool) async -> [LifecycleResult] {
        note(gracefully ? "stop all" : "stop all at once")
        return [LifecycleResult(plugin: "counter", state: "stopped", success: true, durationSeconds: 0.001)]
    }

    func checkHealth(of id: String) async throws(PluginError) -> HealthReport {
        HealthReport(level: id == "broken" ? "unhealthy" : "healthy", details: "", time: .now, errors: 0)
    }

    func settings(of id: String) async throws(PluginError) -> JSONValue { .object(["unit": .string("ms")]) }

    func configure(_ id: String, _ path: String, _ value: JSONValue?) async throws(PluginError) -> ConfigurationResult {
        note("configure \(id) \(path) \(value.map { "\($0)" } ?? "nothing")")
        guard id != "broken" else {
            let code = PluginError.Code.badConfiguration.name
            return ConfigurationResult(plugin: id, way: .refused, settings: .null, error: "no", code: code)
        }
        return ConfigurationResult(plugin: id, way: .pushed, settings: .object([path: value ?? .null]))
    }

    func reconfigure(_ plugins: [String: PluginSettings]) async -> [ConfigurationResult] {
        note("reconfigure \(plugins.keys.sorted())")
        return state.withLock { $0.reconfiguration }
    }

    func statistics(of id: String) async throws(PluginError) -> JSONValue { .object(["calls": .integer(3)]) }

    private func lifecycle(_ command: String, _ id: String, _ state: String) throws(PluginError) -> LifecycleResult {
        note("\(command) \(id)")
        guard id != "missing" else { throw PluginError(code: .notFound, message: "there is no plugin missing") }
        let fails = id == "broken"
        return LifecycleResult(
            plugin: id,
            state: fails ? "error" : state,
            success: !fails,
            durationSeconds: 0.001,
            error: fails ? "broken: \(command) failed" : nil,
            code: fails ? "failed" : nil
        )
    }
}
