import PluginHost
import PluginHostCommands

extension FuzzHost {
    func healthHistory() async -> [String: [HealthSpan]] { [:] }
}
