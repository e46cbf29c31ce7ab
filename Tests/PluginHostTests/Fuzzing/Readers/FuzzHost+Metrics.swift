@testable import PluginHost
@testable import PluginHostCommands

extension FuzzHost {
    func metrics(in format: MetricsFormat) async -> String { "" }
}
