import PluginHost
import PluginHostCommands

extension HostDouble {
    func metrics(in format: MetricsFormat) async -> String {
        "# TYPE plugin_host info\nplugin_host_info{format=\"\(format.rawValue)\"} 1\n# EOF\n"
    }
}

extension HostDouble {
    func whileAlive(every interval: Duration, _ body: @escaping @Sendable () -> Void) {
        note("while alive every \(interval)")
        body()
    }
}
