import PluginHost
import PluginHostCommands
import Synchronization

/// A host that answers by the book of a test.
final class HostDouble: ManagedHost {
    struct State {
        var calls: [String] = []
        var followers: [AsyncStream<PluginEvent>.Continuation] = []
        var recent: [PluginEvent] = []
        var isStopped = false
        var records: [LogRecord] = []
        var logFollowers: [AsyncStream<LogRecord>.Continuation] = []
        var levels = LogLevels()
        var sink: (@Sendable (LogRecord) -> Void)?
        /// What `status` says, once for each; the usual afterwards.
        var statuses: [@Sendable () -> HostStatus] = []
        /// What has become of changed settings.
        var reconfiguration: [ConfigurationResult] = []
    }

    let state = Mutex(State())
    /// What `call` does; the method `echo` without it.
    let onCall: @Sendable (String, [UInt8]) throws(PluginError) -> [UInt8]

    init(onCall: @escaping @Sendable (String, [UInt8]) throws(PluginError) -> [UInt8] = { _, input in input }) {
        self.onCall = onCall
    }

    var log: [String] { state.withLock { $0.calls } }

    func note(_ call: String) { state.withLock { $0.calls.append(call) } }

    func send(_ event: PluginEvent) {
        for follower in state.withLock({ $0.followers }) { follower.yield(event) }
    }

    func start() async throws(PluginError) { note("start") }

    func stop() async {
        note("stop")
        let followers = state.withLock { state in
            state.isStopped = true
            return state.followers
        }
        for follower in followers { follower.finish() }
    }

    func status() async -> HostStatus {
        let next = state.withLock { $0.statuses.isEmpty ? nil : $0.statuses.removeFirst() }
        return next?() ?? Self.status
    }

    func call(
        _ plugin: String,
        _ method: String,
        _ input: [UInt8],
        timeout: Duration?
    ) throws(PluginError) -> [UInt8] {
        guard plugin == "counter" else {
            throw PluginError(code: .notFound, message: "there is no plugin \(plugin); there are counter")
        }
        note("call \(method) \(timeout.map { "\($0)" } ?? "")")
        return try onCall(method, input)
    }

    func reload(_ ids: [String], reason: String?) async -> [ReloadResult] {
        note("reload \(ids.joined(separator: " "))\(reason.map { ", because \($0)" } ?? "")")
        return ids.map { Self.result($0, success: $0 != "broken") }
    }

    func reloadAll(reason: String?) async -> [ReloadResult] {
        note("reload all\(reason.map { ", because \($0)" } ?? "")")
        return [Self.result("counter", success: true)]
    }

    func rollBack(_ id: String, to generation: UInt64?) async throws(PluginError) -> ReloadResult {
        guard generation != 99 else { throw PluginError(code: .notFound, message: "there is no generation 99") }
        return Self.result(id, success: true)
    }

    func resetState(of id: String) async throws(PluginError) -> ReloadResult {
        note("reset \(id)")
        return Self.result(id, success: id != "broken")
    }

    func isolate(_ id: String, _ isolation: Isolation) async throws(PluginError) -> ReloadResult {
        throw PluginError(code: .notFound, message: "there is no plugin \(id)")
    }

    func history(of id: String) async throws(PluginError) -> [GenerationRecord] { [] }

    func quarantines() async -> [String: PluginStatus.Quarantine] { [:] }

    func liftQuarantine(of id: String) async throws(PluginError) { note("lift \(id)") }

    func programs() async -> [ProgramStatus] { [Self.program] }

    func programSummary() async -> ProgramSummary {
        Self.decode(#"{"total":1,"running":1,"runningIDs":["web"],"states":{"running":1},"isMonitoring":true}"#)
    }

    func startProgram(_ id: String) async throws(PluginError) -> ProgramStatus {
        note("start program \(id)")
        guard id == "web" else { throw PluginError(code: .notFound, message: "there is no managed program \(id)") }
        return Self.program
    }

    func stopProgram(_ id: String, atOnce: Bool) async throws(PluginError) -> ProgramStatus {
        note("stop program \(id)\(atOnce ? " at once" : "")")
        return Self.program
    }

    func restartProgram(_ id: String, atOnce: Bool) async throws(PluginError) -> ProgramStatus {
        note("restart program \(id)\(atOnce ? " at once" : "")")
        return Self.program
    }

    func components(of id: String?) async throws(PluginError) -> [PluginComponents] {
        let orders = JSONValue.object([
            "name": .string("orders"), "description": .string("Lists the orders."),
        ])
        let all = [
            PluginComponents(plugin: "shop", generation: 3, components: .object(["actions": .array([orders])]))
        ]
        guard let id else { return all }
        return all.filter { $0.plugin == id }
    }

    func crashes(of id: String?) async throws(PluginError) -> [CrashReport] {
        note("crashes \(id ?? "")")
        return [Self.crash].filter { id == nil || $0.plugin == id }
    }

    static let crash: CrashReport = {
        var report = CrashReport(plugin: "counter")
        (report.version, report.generation, report.build) = ("1.0.0", 3, String(repeating: "ab", count: 32))
        (report.isolation, report.signal, report.address) = ("process", "SIGSEGV", "0x1230")
        (report.step, report.method, report.call, report.thread) = ("execute", "increment", 4711, 77)
        (report.process, report.uptimeSeconds) = (76, 3.25)
        report.summary = "static Counter.increment(_:) at Counter.swift:48"
        report.output = ["hello"]
        report.backtrace = [
            "*** Signal 11: Backtracing", "Thread 0 \"call-1\" crashed:", "",
            "0 [ra] 0x000055a9506ce26d static Counter.increment(_:) + 764 in libCounter.so at /src/a b/Counter.swift:48:35",
            "1 [ra] 0x000055a9506ce26d \(String(repeating: "long", count: 30)) + 764 in libCounter.so", "...", "",
            "Registers:",
            "rax 0x0",
        ]
        return report
    }()

    func recentEvents() async -> [PluginEvent] { state.withLock { $0.recent } }

    func events() -> AsyncStream<PluginEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: PluginEvent.self)
        state.withLock { $0.followers.append(continuation) }
        return stream
    }

    private static func result(_ id: String, success: Bool) -> ReloadResult {
        decode(
            """
            {"plugin":"\(id)","success":\(success),"unchanged":false,"generation":3,"error":\(success ? "null" : #""no""#),
            "code":\(success ? "null" : #""load-failed""#),"durationSeconds":0.012,"holdSeconds":0.001,
            "phases":[{"name":"check","seconds":0.0002},{"name":"load","seconds":0.004}],"statePreserved":true,"attempts":1}
            """
        )
    }

    static let status: HostStatus = decode(
        """
        {"host":{"pid":42,"version":"0.1.0","uptimeSeconds":125,"pluginDirectories":["/tmp/Plugins"],
        "stateDirectory":"/tmp/state","strategy":"debounced","troubles":[],
        "totals":{"plugins":1,"loaded":1,"failed":0,"reloads":2}},
        "plugins":[{"id":"counter","name":"Counter","version":"1.0.0","state":"running","isolation":"in-process",
        "generation":3,"retiredGenerations":2,"retiredBytes":4096,"path":"/tmp/Plugins/libCounter.so","build":"abcdef",
        "reloads":2,"failedReloads":0,"attempts":0,"nextRetry":null,"quarantine":null,"lastError":null,"calls":7,
        "failedCalls":0,"inFlight":0,"heldCalls":0,"onProbation":false,"pendingChange":false,"restarts":0,"descriptor":null}]}
        """
    )

    static let program: ProgramStatus = decode(
        """
        {"id":"web","name":"Web","state":"running","pid":42,"uptimeSeconds":61,"restarts":2,"command":["/bin/web","-x"],
        "lastEnd":"SIGSEGV","droppedBytes":0}
        """
    )

    private static func decode<Value: Decodable>(_ text: String) -> Value {
        do {
            return try JSONCoding.decode(Value.self, from: Array(text.utf8))
        } catch {
            preconditionFailure("the double's own JSON is wrong: \(error)")
        }
    }
}
