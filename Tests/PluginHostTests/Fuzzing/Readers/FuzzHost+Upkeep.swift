import struct FoundationEssentials.Date

@testable import PluginHost
@testable import PluginHostCommands

extension FuzzHost {
    func tasks() -> [TaskStatus] { [] }
    func task(_ name: String) -> TaskStatus? { nil }
    func startTask(_ name: String) throws(PluginError) {}
    func stopTask(_ name: String) throws(PluginError) {}
    func runTask(_ name: String) async throws(PluginError) -> TaskStatus {
        throw PluginError(code: .notFound, message: "there is no task \(name)")
    }
    func heartbeat() -> HeartbeatStatus { HeartbeatStatus(time: Date(), components: []) }
    func recentLog(_ query: HostLog.Query) -> [LogRecord] { [] }
    func logRecords() -> AsyncStream<LogRecord> { AsyncStream { $0.finish() } }
    func logLevels() -> LogLevels { LogLevels() }
    func setLogLevel(_ level: LogRecord.Level?, of id: String?) {}
}
