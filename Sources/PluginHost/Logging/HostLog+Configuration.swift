internal import LinuxSystem

extension HostLog {
    /// Creates the log that a configuration asks for.
    convenience init(
        _ configuration: HostConfiguration,
        stateDirectory: String,
        calls: FileCalls,
        sink: @escaping @Sendable (LogRecord) -> Void
    ) {
        let file = configuration.logFile.path(stateDirectory: stateDirectory).map { path in
            LogFile(path: path, limit: configuration.logFileSize, kept: configuration.logFileCount, calls: calls)
        }
        self.init(
            levels: LogLevels(standard: configuration.logLevel, byName: configuration.logLevels),
            rate: configuration.logRate,
            file: file,
            sink: sink
        )
    }
}
