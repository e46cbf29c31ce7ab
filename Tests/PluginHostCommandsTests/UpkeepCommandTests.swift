import LinuxSystem
import PluginHost
import Testing

@testable import PluginHostCommands

@Suite("The commands for tasks, heartbeat and log", .timeLimit(.minutes(10)))
struct UpkeepCommandTests {
    private let directory: TemporaryDirectory
    private let host = HostDouble()
    private let captured = CapturedOutput()
    private var path: String { "\(directory.path)/s" }

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func withHost(_ body: ([String: String]) async throws -> Int32) async throws -> Int32 {
        let server = try ControlServer(path: path, host: host)
        server.start()
        let status = try await body(["PLUGIN_HOST_SOCKET": path])
        await server.stop()
        return status
    }

    @Test("list, run, start and stop tasks (CH-1)")
    func tasks() async throws {
        let status = try await withHost { variables in
            #expect(await captured.run("tasks", variables: variables) == 0)
            #expect(await captured.run("tasks", "start", "counter/save", variables: variables) == 0)
            #expect(await captured.run("tasks", "stop", "counter/save", variables: variables) == 0)
            #expect(await captured.run("tasks", "run", "host/heartbeat", variables: variables) == 0)
            #expect(await captured.run("tasks", "stop", "nothing", variables: variables) == 1)
            // The double's has failed.
            return await captured.run("tasks", "run", "counter/save", variables: variables)
        }
        #expect(status == 1)
        #expect(captured.output.contains("counter/save"))
        #expect(captured.output.contains("every 1m"))
        #expect(captured.output.contains("2026-11-21T12:00:00.000Z"))
        #expect(
            host.log == [
                "start task counter/save", "stop task counter/save", "run task host/heartbeat", "run task counter/save",
            ]
        )
    }

    @Test("say with the exit status that a part is in error (CH-3, CH-5)")
    func heartbeat() async throws {
        let status = try await withHost { variables in
            let status = await captured.run("heartbeat", "--json", variables: variables)
            #expect(captured.output.contains("\"no power\""))
            _ = await captured.run("heartbeat", variables: variables)
            return status
        }
        #expect(status == 1)
        #expect(captured.output.contains("error: 1 healthy, 1 in error"))
        #expect(captured.output.contains("plugin/counter  error"))
    }

    @Test("show the records that are wanted (CH-4)")
    func logs() async throws {
        host.writeLog(LogRecord(.info, "counter", "one", plugin: "counter"))
        host.writeLog(LogRecord(.debug, "counter", "two", plugin: "counter"))
        host.writeLog(LogRecord(.error, "other", "three\nforged", plugin: "other"))
        let status = try await withHost { variables in
            #expect(await captured.run("logs", "counter", "--level", "info", variables: variables) == 0)
            #expect(captured.output.contains("info    counter: one"))
            #expect(!captured.output.contains("two") && !captured.output.contains("three"))
            return await captured.run("logs", "--lines", "1", "--json", variables: variables)
        }
        #expect(status == 0)
        let last = try #require(captured.output.split(separator: "\n").last)
        let record: LogRecord = try JSONCoding.decode(from: Array(last.utf8))
        #expect(record.message == "three\nforged")
    }

    @Test("follow the log from what was to what comes")
    func follow() async throws {
        host.writeLog(LogRecord(.info, "counter", "before"))
        let server = try ControlServer(path: path, host: host)
        server.start()
        let (captured, path) = (captured, path)
        async let status = captured.run("logs", "--follow", "--level", "info", "--socket", path)
        while !captured.output.contains("before") { await Task.yield() }
        host.writeLog(LogRecord(.debug, "counter", "unwanted"))
        host.writeLog(LogRecord(.info, "counter", "after"))
        while !captured.output.contains("after") { await Task.yield() }
        await server.stop()
        #expect(await status == 1)
        #expect(!captured.output.contains("unwanted"))
    }

    @Test("change levels of a running host")
    func levels() async throws {
        let status = try await withHost { variables in
            await captured.run(
                "logs",
                "--set-level",
                "counter=debug",
                "--set-level",
                "error",
                variables: variables
            )
        }
        #expect(status == 0)
        #expect(captured.output == "level: error\ncounter: debug\n")
        #expect(try await withHost { await captured.run("logs", "--set-level", "counter=default", variables: $0) } == 0)
        #expect(host.logLevels() == LogLevels(standard: .error))
    }

    @Test("read the log without a host, and say what to do when there is none")
    func withoutHost() async throws {
        let state = "\(directory.path)/state"
        let file = LogFile(path: LogFile.standardPath(stateDirectory: state))
        try file.append([LogRecord(.warning, "counter", "from before")])
        #expect(await captured.run("logs", "--state-dir", state) == 0)
        #expect(captured.output.contains("counter: from before") && captured.error == "")
        // A name that is misspelt must not look like one that has nothing to say.
        #expect(await captured.run("logs", "conter", "--state-dir", state) == 0)
        #expect(captured.error == "plugin-host: no record of conter is kept\n")
        #expect(await captured.run("logs", "--socket", "\(directory.path)/none") != 0)
        #expect(captured.error.contains("Start one with plugin-host run"))
    }

    @Test("refuse what makes no sense")
    func usage() async {
        for words in [
            ["tasks", "begin"], ["tasks", "run"], ["tasks", "list", "x"], ["logs", "--lines", "0"],
            ["logs", "--level", "loud"],
            ["logs", "--set-level", "counter=loud"], ["logs", "--set-level", "=debug"],
            ["logs", "--state-dir", "/tmp", "--follow"], ["heartbeat", "now"],
        ] {
            #expect(await captured.run(words: words) == 2, "\(words)")
        }
    }
}
