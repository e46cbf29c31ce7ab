import LinuxSystem
import Synchronization
import PluginHost
import PluginHostCommands
import Testing

@Suite("The command line", .timeLimit(.minutes(10)))
struct CommandLineToolTests {
    private let directory: TemporaryDirectory
    private let host = HostDouble { (method, input) throws(PluginError) in
        if method == "fail" { throw PluginError(code: .failed, message: "no such luck", status: 1001) }
        return input
    }
    private let captured = CapturedOutput()
    private var path: String { "\(directory.path)/s" }

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Runs a command line against a host, and gives its exit status.
    private func withHost(_ body: (inout [String: String]) async throws -> Int32) async throws -> Int32 {
        let server = try ControlServer(path: path, host: host)
        server.start()
        var variables = ["PLUGIN_HOST_SOCKET": path]
        let status = try await body(&variables)
        await server.stop()
        return status
    }

    @Test("ends with 2 for wrong usage, and says so on standard error only")
    func usage() async {
        #expect(await captured.run("staus") == 2)
        #expect(captured.output.isEmpty)
        #expect(captured.error.contains("did you mean status?"))
        #expect(await captured.run("status") == 2)
        // Here it is known where a host would be.
        let wrong = [
            "quarantine clean", "reload", "reload a --all", "call a b --timeout soon", "rollback a --to 0",
            "processes begin", "processes start", "processes list web", "processes start web --now",
            "list --state runing",
            "graph --format dot --json", "actions --format tools --json", "logs counter --set-level debug",
            "logs --follow --set-level counter=debug",
        ]
        for line in wrong {
            let words = line.split(separator: " ").map(String.init)
            #expect(await captured.run(words: words, variables: ["PLUGIN_HOST_SOCKET": path]) == 2, "\(line)")
        }
    }

    @Test("lists, starts, stops and restarts managed programs (PM-2, PM-3)")
    func processes() async throws {
        let status = try await withHost { variables in
            #expect(await captured.run("processes", "start", "web", variables: variables) == 0)
            #expect(await captured.run("processes", "stop", "web", "--now", variables: variables) == 0)
            #expect(await captured.run("processes", "restart", "web", "--json", variables: variables) == 0)
            #expect(await captured.run("processes", "start", "other", variables: variables) == 1)
            return await captured.run("processes", variables: variables)
        }
        #expect(status == 0)
        #expect(
            host.log.filter { $0.contains("program") } == [
                "start program web", "stop program web at once", "restart program web", "start program other",
            ]
        )
        #expect(captured.error.contains("there is no managed program other"))
        #expect(captured.output.contains("web: running, process 42\n"))
        #expect(captured.output.contains("\"state\" : \"running\""))
        #expect(captured.output.contains("web  running  42   1 min 1 s  2         SIGSEGV"))
        #expect(captured.output.hasSuffix("1 managed program, 1 running\n"))
    }

    @Test("ends with 3 where no host is, and names the path and the remedy")
    func noHost() async {
        #expect(await captured.run("status", "--socket", path) == 3)
        #expect(captured.error.contains(path))
        #expect(captured.error.contains("plugin-host run"))
        #expect(await captured.run("events", variables: ["PLUGIN_HOST_SOCKET": path]) == 3)
        #expect(await captured.run("list", variables: ["XDG_RUNTIME_DIR": directory.path]) == 3)
    }

    @Test("tells help and version on standard output")
    func help() async {
        #expect(await captured.run("--help") == 0)
        #expect(await captured.run("call", "--help") == 0)
        #expect(await captured.run("--version") == 0)
        #expect(captured.error.isEmpty)
    }

    @Test("shows the status within 80 columns, and as JSON with the promised fields")
    func status() async throws {
        let status = try await withHost { await captured.run("status", variables: $0) }
        #expect(status == 0)
        #expect(captured.output.contains("counter"))
        #expect(captured.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let json = CapturedOutput()
        _ = try await withHost { await json.run("status", "--json", variables: $0) }
        let fields: [String: JSONValue] = try JSONCoding.decode(from: Array(json.output.utf8))
        guard case .object(let host)? = fields["host"], case .array(let plugins)? = fields["plugins"],
            case .object(let plugin)? = plugins.first
        else {
            Issue.record("no status: \(json.output)")
            return
        }
        for key in ["pid", "version", "uptimeSeconds", "pluginDirectories", "stateDirectory", "strategy"] {
            #expect(host[key] != nil)
        }
        let keys = [
            "id", "name", "version", "state", "isolation", "generation", "retiredGenerations", "path", "build",
            "reloads",
            "failedReloads", "quarantine", "lastError", "calls", "inFlight",
        ]
        for key in keys { #expect(plugin[key] != nil, "\(key) is missing") }
    }

    @Test("lists the plugins that are all that is asked for, and shows one by its file (HR-12)")
    func lookUp() async throws {
        #expect(try await withHost { await captured.run("list", "--state", "running", variables: $0) } == 0)
        #expect(captured.output.contains("counter"))
        for line in [["list", "--state", "initialised"], ["list", "--capability", "a"], ["list", "--type", "tool"]] {
            let found = CapturedOutput()
            _ = try await withHost { await found.run(words: line, variables: $0) }
            #expect(found.output == "no plugin is that\n")
            let json = CapturedOutput()
            _ = try await withHost { await json.run(words: line + ["--json"], variables: $0) }
            #expect(try JSONCoding.decode([JSONValue].self, from: Array(json.output.utf8)).isEmpty)
        }
        let info = CapturedOutput()
        #expect(try await withHost { await info.run("info", "/tmp/./Plugins/libCounter.so", variables: $0) } == 0)
        #expect(info.output.contains("counter"))
    }

    @Test("prints the answer of a call byte by byte")
    func call() async throws {
        #expect(try await withHost { await captured.run("call", "counter", "echo", "12", variables: $0) } == 0)
        #expect(captured.output == "12")
        let piped = CapturedOutput()
        #expect(
            try await withHost {
                await piped.run("call", "counter", "echo", "-", input: "from\nthere\n", variables: $0)
            } == 0
        )
        #expect(piped.output == "from\nthere\n")
    }

    @Test("ends with 1 when the operation fails, and says why on standard error")
    func failure() async throws {
        #expect(try await withHost { await captured.run("call", "counter", "fail", variables: $0) } == 1)
        #expect(captured.output.isEmpty)
        #expect(captured.error == "plugin-host: failed: no such luck\n")
        #expect(try await withHost { await captured.run("info", "nobody", variables: $0) } == 1)
        #expect(captured.error.contains("this host has counter"))
        #expect(try await withHost { await captured.run("rollback", "counter", "--to", "99", variables: $0) } == 1)
        #expect(try await withHost { await captured.run("reset", "counter", variables: $0) } == 0)
        #expect(try await withHost { await captured.run("reset", "broken", variables: $0) } == 1)
    }

    @Test("reports a reload by phase, and ends with 1 if one failed (HR-13)")
    func reload() async throws {
        #expect(try await withHost { await captured.run("reload", "counter", variables: $0) } == 0)
        #expect(captured.output.contains("generation 3 serves, state kept, 12 ms"))
        #expect(captured.output.contains("check 200 µs, load 4 ms"))
        #expect(try await withHost { await captured.run("reload", "counter", "broken", variables: $0) } == 1)
        #expect(captured.output.contains("broken: failed: load-failed: no; generation 3 goes on"))
    }

    @Test("hands on why plugins are reloaded (RS-5)")
    func reasons() async throws {
        for arguments in [["counter"], ["--all"], ["a", "b", "--together"]] {
            let line = ["reload"] + arguments + ["--reason", "new rates"]
            #expect(try await withHost { await captured.run(words: line, variables: $0) } == 0)
        }
        let expected = ["reload counter", "reload all", "reload together a b"].map { "\($0), because new rates" }
        #expect(host.log == expected)
    }

    @Test("prints each event as a line of JSON")
    func events() async throws {
        host.state.withLock { state in
            state.recent = [
                PluginEvent(.reloadStarted, plugin: "counter"), PluginEvent(.pluginRemoved, plugin: "counter"),
            ]
        }
        #expect(try await withHost { await captured.run("events", "--json", variables: $0) } == 0)
        let lines = captured.output.split(separator: "\n")
        #expect(lines.count == 2)
        let event: [String: JSONValue] = try JSONCoding.decode(from: Array(lines[0].utf8))
        #expect(event["event"] == "reload-started")
        #expect(event["time"] != nil)
    }

    @Test("ends quietly when nobody reads its output")
    func brokenPipe() async {
        var streams = captured.streams()
        streams.output = { _ in throw SystemCallError(call: "write", code: 32) }
        let program = ProgramEnvironment(
            variables: [:],
            streams: streams,
            makeHost: { [host] _, _ in host },
            untilTerminated: {}
        )
        #expect(await CommandLineTool.run(["--help"], in: program) == 141)
        #expect(captured.error.isEmpty)
    }

    @Test(
        "refuses to run a host with options that make no sense",
        arguments: [
            ["--strategy", "sometimes"], ["--debounce", "soon"], ["--strategy", "manual", "--debounce", "1s"],
            ["--log-level", "loud"], ["--log-format", "xml"], ["--metrics-file", "/tmp/metrics.txt"],
        ]
    )
    func badRun(options: [String]) async {
        let program = ProgramEnvironment(
            variables: ["HOME": directory.path],
            streams: captured.streams(),
            makeHost: { [host] _, _ in host },
            untilTerminated: {}
        )
        #expect(await CommandLineTool.run(["run"] + options, in: program) == 2)
        #expect(host.log.isEmpty)
    }

    @Test("names the flag, too, of what the library names by its key")
    func badPlace() async {
        let file = "\(directory.path)/file"
        let program = ProgramEnvironment(
            variables: ["HOME": directory.path],
            streams: captured.streams(),
            makeHost: { [host] configuration, _ in
                _ = try StateDirectory(path: configuration.stateDirectory)
                return host
            },
            untilTerminated: {}
        )
        #expect(throws: Never.self) { try AtomicFile.replace(file, with: []) }
        #expect(await CommandLineTool.run(["run", "--state-dir", "\(file)/state"], in: program) == 1)
        #expect(captured.error.contains("(--state-dir, or stateDirectory in the configuration)"), "\(captured.error)")
    }

    @Test("runs a host until it is told to end, logs its events, and stops it in order")
    func run() async throws {
        let (signal, sender) = AsyncStream.makeStream(of: Void.self)
        let path = path
        let host = host
        let captured = captured
        let state = "\(directory.path)/state"
        async let status = captured.run(
            "run",
            "--socket",
            path,
            "--state-dir",
            state,
            "--log-format",
            "json",
            host: host,
            untilTerminated: { for await _ in signal { return } }
        )
        while !captured.error.contains("ready") { await Task.yield() }
        #expect(captured.error.contains(path))
        host.send(PluginEvent(.reloadCompleted, plugin: "counter", generation: 2))
        while !captured.error.contains("reload-completed") { await Task.yield() }
        #expect(await CapturedOutput().run("status", "--socket", path) == 0)
        sender.yield()
        #expect(await status == 0)
        #expect(host.log == ["start", "stop"])
        #expect(try FileStatus.of(path) == nil)
        for line in captured.error.split(separator: "\n") {
            let record: [String: JSONValue] = try JSONCoding.decode(from: Array(line.utf8))
            #expect(record["level"] != nil && record["message"] != nil && record["time"] != nil)
        }
    }
}
