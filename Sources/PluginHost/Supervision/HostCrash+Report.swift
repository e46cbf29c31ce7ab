extension HostCrash {
    /// The crash as the one of the plugin that is to blame for it (RS-8).
    func report(of stay: Stay, plugin id: String) -> CrashReport {
        var report = CrashReport(plugin: id)
        report.time = time
        report.path = stay.path
        report.generation = stay.generation == 0 ? nil : stay.generation
        report.build = stay.build
        report.isolation = Isolation.inProcess.description
        report.process = pid
        report.uptimeSeconds = uptimeSeconds
        (report.signal, report.exitStatus) = (signal, exitStatus)
        report.address = address
        report.step = stay.step ?? (stay.method == nil ? nil : "execute")
        report.method = stay.method
        report.call = stay.callID.flatMap { $0 == 0 ? nil : $0 }
        report.thread = crashedThread.map { Int32(truncatingIfNeeded: $0) }
        return report
    }
}
