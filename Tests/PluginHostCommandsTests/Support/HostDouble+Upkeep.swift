import LinuxSystem
import PluginHost
import Synchronization

extension HostDouble {
    static let tasks: [TaskStatus] = decoded(
        """
        [{"name":"counter/save","plugin":"counter","schedule":"every 1m","state":"waiting","runs":3,"failures":1,
        "missed":0,"nextDue":"2026-11-21T12:00:00.000Z","lastError":"no room"},
        {"name":"host/heartbeat","schedule":"every 30s","state":"waiting","runs":9,"failures":0,"missed":0}]
        """
    )

    private static func decoded<Value: Decodable>(_ text: String) -> Value {
        guard let value: Value = try? JSONCoding.decode(from: Array(text.utf8)) else {
            preconditionFailure("the double is wrong")
        }
        return value
    }

    func tasks() -> [TaskStatus] { Self.tasks }

    func task(_ name: String) -> TaskStatus? { Self.tasks.first { $0.name == name } }

    private func known(_ name: String) throws(PluginError) -> TaskStatus {
        guard let task = task(name) else { throw PluginError(code: .notFound, message: "there is no task '\(name)'") }
        return task
    }

    func startTask(_ name: String) throws(PluginError) {
        _ = try known(name)
        note("start task \(name)")
    }

    func stopTask(_ name: String) throws(PluginError) {
        _ = try known(name)
        note("stop task \(name)")
    }

    func runTask(_ name: String) async throws(PluginError) -> TaskStatus {
        note("run task \(name)")
        return try known(name)
    }

    func heartbeat() -> HeartbeatStatus {
        Self.decoded(
            """
            {"time":"2026-11-21T12:00:00.000Z","state":"error","healthy":1,"failed":1,"unknown":0,"components":[
            {"name":"storage","state":"healthy","lastAlive":"2026-11-21T12:00:00.000Z","intervalSeconds":30,"errors":[]},
            {"name":"plugin/counter","state":"error","intervalSeconds":30,
            "errors":[{"time":"2026-11-21T12:00:00.000Z","message":"no power"}]}]}
            """
        )
    }

    func recentLog(_ query: HostLog.Query) -> [LogRecord] {
        state.withLock { Array($0.records.filter(query.wants).suffix(query.count)) }
    }

    func logRecords() -> AsyncStream<LogRecord> {
        let (stream, continuation) = AsyncStream.makeStream(of: LogRecord.self)
        state.withLock { $0.logFollowers.append(continuation) }
        return stream
    }

    func writeLog(_ record: LogRecord) {
        let (followers, sink) = state.withLock { state in
            state.records.append(record)
            return (state.logFollowers, state.sink)
        }
        sink?(record)
        for follower in followers { follower.yield(record) }
    }

    func logLevels() -> LogLevels { state.withLock { $0.levels } }

    func setLogLevel(_ level: LogRecord.Level?, of id: String?) {
        state.withLock { state in
            if let id { state.levels.byName[id] = level } else if let level { state.levels.standard = level }
        }
    }
}
