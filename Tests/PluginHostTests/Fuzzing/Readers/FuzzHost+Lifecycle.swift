@testable import PluginHost
@testable import PluginHostCommands

extension FuzzHost {
    private var nobody: PluginError { PluginError(code: .notFound, message: "there is no such plugin") }

    func startPlugin(_ id: String) async throws(PluginError) -> LifecycleResult { throw nobody }
    func stopPlugin(_ id: String, gracefully: Bool) async throws(PluginError) -> LifecycleResult { throw nobody }
    func pausePlugin(_ id: String) async throws(PluginError) -> LifecycleResult { throw nobody }
    func resumePlugin(_ id: String) async throws(PluginError) -> LifecycleResult { throw nobody }
    func refreshPlugin(_ id: String) async throws(PluginError) -> LifecycleResult { throw nobody }
    func reloadTogether(_ ids: [String], reason: String?) async -> [ReloadResult] { [] }
    func startAllPlugins() async -> [LifecycleResult] { [] }
    func stopAllPlugins(gracefully: Bool) async -> [LifecycleResult] { [] }
    func checkHealth(of id: String) async throws(PluginError) -> HealthReport { throw nobody }
    func settings(of id: String) async throws(PluginError) -> JSONValue { throw nobody }
    func configure(_ id: String, _ path: String, _ value: JSONValue?) async throws(PluginError) -> ConfigurationResult {
        throw nobody
    }
    func statistics(of id: String) async throws(PluginError) -> JSONValue { throw nobody }
}
