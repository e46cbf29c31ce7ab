@testable import PluginHost
@testable import PluginHostCommands

/// A host that has one plugin and does nothing.
struct FuzzHost: HostControl {
    private static let status: HostStatus? = try? JSONCoding.decode(
        from: Array(
            """
            {"host":{"pid":42,"version":"0.1.0","uptimeSeconds":125,"pluginDirectories":["/tmp/Plugins"],
            "stateDirectory":"/tmp/state","strategy":"debounced","troubles":[],
            "totals":{"plugins":0,"loaded":0,"failed":0,"reloads":0}},"plugins":[]}
            """.utf8
        )
    )

    func status() async -> HostStatus {
        guard let status = Self.status else { preconditionFailure("the status of the double is wrong") }
        return status
    }

    func call(
        _ plugin: String,
        _ method: String,
        _ input: [UInt8],
        timeout: Duration?
    ) throws(PluginError) -> [UInt8] { input }

    func reload(_ ids: [String], reason: String?) async -> [ReloadResult] { [] }

    func reloadAll(reason: String?) async -> [ReloadResult] { [] }

    func rollBack(_ id: String, to generation: UInt64?) async throws(PluginError) -> ReloadResult {
        throw PluginError(code: .notFound, message: "there is no plugin \(id)")
    }

    func resetState(of id: String) async throws(PluginError) -> ReloadResult {
        throw PluginError(code: .notFound, message: "there is no plugin \(id)")
    }

    func isolate(_ id: String, _ isolation: Isolation) async throws(PluginError) -> ReloadResult {
        throw PluginError(code: .notFound, message: "there is no plugin \(id)")
    }

    func history(of id: String) async throws(PluginError) -> [GenerationRecord] { [] }

    func quarantines() async -> [String: PluginStatus.Quarantine] { [:] }

    func liftQuarantine(of id: String) async throws(PluginError) {}

    func programs() async -> [ProgramStatus] { [] }

    func programSummary() async -> ProgramSummary {
        ProgramSummary([], isMonitoring: true)
    }

    func startProgram(_ id: String) async throws(PluginError) -> ProgramStatus {
        throw PluginError(code: .notFound, message: "there is no managed program \(id)")
    }

    func stopProgram(_ id: String, atOnce: Bool) async throws(PluginError) -> ProgramStatus {
        throw PluginError(code: .notFound, message: "there is no managed program \(id)")
    }

    func restartProgram(_ id: String, atOnce: Bool) async throws(PluginError) -> ProgramStatus {
        throw PluginError(code: .notFound, message: "there is no managed program \(id)")
    }

    func components(of id: String?) async throws(PluginError) -> [PluginComponents] { [] }
    func crashes(of id: String?) async throws(PluginError) -> [CrashReport] { [] }

    func recentEvents() async -> [PluginEvent] { [] }

    func events() -> AsyncStream<PluginEvent> { AsyncStream { $0.finish() } }
}
