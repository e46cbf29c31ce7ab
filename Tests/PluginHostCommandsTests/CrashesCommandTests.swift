import PluginHost
import PluginHostCommands
import Testing

@Suite("plugin-host crashes", .timeLimit(.minutes(10)))
struct CrashesCommandTests {
    private let directory: TemporaryDirectory
    private let captured = CapturedOutput()

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test("asks the host that runs, and shows its answer, in a terminal within its columns")
    func host() async throws {
        let server = try ControlServer(path: "\(directory.path)/s", host: HostDouble())
        server.start()
        let variables = ["PLUGIN_HOST_SOCKET": "\(directory.path)/s"]
        #expect(await captured.run("crashes", variables: variables) == 0)
        #expect(captured.output.contains("counter  3    SIGSEGV   static Counter.incr"))
        #expect(captured.output.contains(HostDouble.crash.summary ?? "-"))
        let lines = CrashText.list([HostDouble.crash], width: 80).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 80 })

        let last = CapturedOutput()
        #expect(await last.run("crashes", "counter", "--last", variables: variables) == 0)
        #expect(last.output.contains("where       static Counter.increment(_:) at Counter.swift:48\n"))
        #expect(last.output.contains("it          was ended by SIGSEGV\n"))
        #expect(last.output.contains("  0 static Counter.increment(_:) in libCounter.so at Counter.swift:48:35\n"))
        #expect(last.output.contains("it printed last:\n  hello\n"))
        #expect(!last.output.contains("rax"))
        #expect(last.output.split(separator: "\n").allSatisfy { $0.count <= 80 })

        let json = CapturedOutput()
        #expect(await json.run("crashes", "--json", "--last", variables: variables) == 0)
        let report: CrashReport = try JSONCoding.decode(from: Array(json.output.utf8))
        #expect(report.backtrace == HostDouble.crash.backtrace)

        let other = CapturedOutput()
        #expect(await other.run("crashes", "other", variables: variables) == 0)
        #expect(other.output == "no crash is known\n")
        await server.stop()
    }

    @Test("says what the plugin was doing where nothing is known of the place in its code")
    func noPlace() {
        var report = CrashReport(plugin: "counter")
        (report.signal, report.step) = ("SIGABRT", "start")
        #expect(CrashText.list([report]).hasSuffix("SIGABRT   in start"))
        report.method = "increment"
        #expect(CrashText.list([report]).hasSuffix("SIGABRT   in the method increment"))
    }

    @Test("reads the state directory where no host is")
    func noHost() async throws {
        let variables = ["XDG_STATE_HOME": directory.path, "XDG_RUNTIME_DIR": directory.path]
        #expect(await captured.run("crashes", variables: variables) == 0)
        #expect(captured.output == "no crash is known\n")
        try CrashStore(directory: "\(directory.path)/plugin-host/plugins/counter/crashes").save(HostDouble.crash)
        let found = CapturedOutput()
        #expect(await found.run("crashes", variables: variables) == 0)
        #expect(found.output.contains("SIGSEGV"))
        let named = CapturedOutput()
        #expect(await named.run("crashes", "--state-dir", "\(directory.path)/plugin-host", "counter", "--json") == 0)
        let reports: [CrashReport] = try JSONCoding.decode(from: Array(named.output.utf8))
        #expect(reports.map(\.plugin) == ["counter"])
    }
}
