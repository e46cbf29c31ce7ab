internal import LinuxSystem
internal import PluginHost

/// This process as a host that nobody supervises: what is known of its crash is left to the next one.
enum UnsupervisedHost {
    /// Makes the host, which learns how the one before it has crashed; once for a process.
    static func make(
        _ configuration: HostConfiguration,
        _ calls: HostCalls,
        _ log: @escaping @Sendable (LogRecord) -> Void
    ) throws -> PluginHost {
        let file = CrashRecordFile(stateDirectory: configuration.stateDirectory)
        let crash = file.read()
        do throws(SystemCallError) {
            try CrashRecord.begin()
        } catch {
            log(LogRecord(.warning, "host", "a crash of this host will leave no record: \(error)"))
        }
        let host = try PluginHost(configuration, calls: calls, crash: crash, log: log)
        // From here on the state directory is this host's.
        if let crash { keep(crash, file, configuration.stateDirectory, log) }
        if !file.use() {
            log(LogRecord(.warning, "host", "a crash of this host will leave no record: its path is too long"))
        }
        return host
    }

    private static func keep(
        _ crash: HostCrash,
        _ file: CrashRecordFile,
        _ stateDirectory: String,
        _ log: (LogRecord) -> Void
    ) {
        do throws(PluginError) {
            try file.remove()
            let report = try HostCrashArchive(stateDirectory: stateDirectory).save(crash)
            log(LogRecord(.warning, "host", "the host before this one has crashed; see \(report)"))
        } catch {
            log(LogRecord(.warning, "host", error.message))
        }
    }
}
