package import PluginHost

/// What can be asked of a running host about its tasks, its heartbeat and its log.
package protocol UpkeepControl: Sendable {
    /// How all tasks stand.
    func tasks() -> [TaskStatus]
    /// How one task stands.
    func task(_ name: String) -> TaskStatus?
    /// Lets a task run at its times.
    func startTask(_ name: String) throws(PluginError)
    /// Lets a task not run any more.
    func stopTask(_ name: String) throws(PluginError)
    /// Runs a task now, and waits for that.
    func runTask(_ name: String) async throws(PluginError) -> TaskStatus
    /// How the parts of the host are.
    func heartbeat() async -> HeartbeatStatus
    /// The last records of the log that are wanted.
    func recentLog(_ query: HostLog.Query) -> [LogRecord]
    /// The records from now on.
    func logRecords() -> AsyncStream<LogRecord>
    /// The levels that hold.
    func logLevels() -> LogLevels
    /// Sets the level of a plugin, of the host, or of all others.
    func setLogLevel(_ level: LogRecord.Level?, of id: String?)
}
