import FoundationEssentials
import PluginHost
import PluginHostCommands

extension HostDouble {
    func healthHistory() async -> [String: [HealthSpan]] {
        let time = Date(timeIntervalSince1970: 1_795_000_000)
        return ["counter": [HealthSpan(level: "degraded", details: "it is slow", generation: 3, time: time)]]
    }
}
