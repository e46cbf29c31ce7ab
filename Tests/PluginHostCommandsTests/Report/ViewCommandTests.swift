import LinuxSystem
import PluginHost
import Testing

@testable import PluginHostCommands

@Suite("The commands that show a host as a whole", .timeLimit(.minutes(10)))
struct ViewCommandTests {
    private let directory: TemporaryDirectory
    private let host = HostDouble()
    private let captured = CapturedOutput()

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func run(_ words: String...) async throws -> Int32 {
        let path = "\(directory.path)/s"
        let server = try ControlServer(path: path, host: host)
        server.start()
        let status = await captured.run(words: words, variables: ["PLUGIN_HOST_SOCKET": path], host: host)
        await server.stop()
        return status
    }

    private func read(_ name: String) throws -> String {
        let file = try OwnedFileDescriptor.open("\(directory.path)/\(name)", flags: 0)
        return String(decoding: try file.readToEnd(), as: UTF8.self)
    }

    @Test("write a page in the place of a file, for nobody else to read")
    func page() async throws {
        try directory.write("what was there", to: "report.html")
        #expect(try await run("report", "--html", "\(directory.path)/report.html") == 0)
        let page = try read("report.html")
        #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">") && page.hasSuffix("</html>\n"))
        #expect(page.contains("it is slow"))
        #expect(try FileStatus.of("\(directory.path)/report.html")?.permissions == 0o600)
        #expect(captured.output.isEmpty)
        #expect(try Directory.names(directory.path).allSatisfy { !$0.hasSuffix(".tmp") })
    }

    @Test("print the page, the summary or the JSON")
    func prints() async throws {
        #expect(try await run("report", "--html", "-") == 0)
        #expect(captured.output.hasPrefix("<!DOCTYPE html>"))
        let other = CapturedOutput()
        let path = "\(directory.path)/t"
        let server = try ControlServer(path: path, host: host)
        server.start()
        #expect(await other.run("report", "--socket", path) == 0)
        #expect(
            other.output.contains("counter  running  0        0       0     0        -       0 of 1 healthy"),
            "\(other.output)"
        )
        let json = CapturedOutput()
        #expect(await json.run("report", "--json", "--socket", path) == 0)
        await server.stop()
        let report: HostReport = try JSONCoding.decode(from: Array(json.output.utf8))
        #expect(report.crashes.count == 1 && report.health["counter"]?.first?.details == "it is slow")
    }

    @Test("report what a host has left that does not run, and say so", arguments: [false, true])
    func left(isNamed: Bool) async throws {
        let state = "\(directory.path)/plugin-host"
        let words = isNamed ? ["report", "--state-dir", state] : ["report"]
        let variables = ["XDG_STATE_HOME": directory.path, "XDG_RUNTIME_DIR": directory.path]
        #expect(await captured.run(words: words, variables: variables) == (isNamed ? 1 : 3))
        try CrashStore(directory: "\(state)/plugins/counter/crashes").save(HostDouble.crash)
        var event = PluginEvent(.reloadFailed, plugin: "counter")
        event.error = "it is no plugin"
        try EventLog(path: "\(state)/events.jsonl").append(event)

        let text = CapturedOutput()
        #expect(await text.run(words: words, variables: variables) == 0)
        for part in ["the host is not running", state, "1 crash report kept", "it is no plugin", "counter  -"] {
            #expect(text.output.contains(part), "\(part): \(text.output)")
        }
        let json = CapturedOutput()
        #expect(await json.run(words: words + ["--json"], variables: variables) == 0)
        let report: HostReport = try JSONCoding.decode(from: Array(json.output.utf8))
        #expect(report.status == nil && report.stateDirectory == state)
        #expect(report.events.count == 1 && report.crashes.count == 1)
        let page = CapturedOutput()
        #expect(await page.run(words: words + ["--html", "-"], variables: variables) == 0)
        #expect(page.output.contains("it is not running") && page.output.contains("it is no plugin"))
    }

    @Test("refuse to write over what is no file")
    func targets() async throws {
        #expect(try await run("report", "--html", directory.path) == 1)
        #expect(captured.error.contains("is a directory: name a file, or - for standard output"))
        #expect(try await run("report", "--html", "/dev/null") == 1)
        #expect(try await run("report", "--html", "\(directory.path)/none/report.html") == 1)
        #expect(captured.error.contains("can't be written"))
    }

    @Test(
        "draw the graph in each language",
        arguments: [
            ("text", "counter  1.0.0, running"), ("dot", "digraph plugins {"), ("mermaid", "flowchart LR"),
            ("json", "\"nodes\""),
        ]
    )
    func graph(format: String, part: String) async throws {
        #expect(try await run("graph", "--format", format) == 0)
        #expect(captured.output.contains(part))
    }

    @Test("refuse what makes no sense, and say what to use without a terminal")
    func usage() async {
        for words in [
            ["graph", "--format", "svg"], ["graph", "x"], ["report", "x"], ["report", "--html"],
            ["report", "--html", "a", "--json"], ["top", "--sort", "beauty"], ["top", "--interval", "1ms"],
            ["top", "--interval", "soon"], ["top"],
        ] {
            #expect(await captured.run(words: words) == 2, "\(words)")
        }
        #expect(captured.error.contains("Use plugin-host status in scripts"))
        #expect(await captured.run("top", "--once", "--socket", "/nowhere") == 3)
        #expect(await captured.run("graph", "--socket", "/nowhere") == 3)
        #expect(await captured.run("report", "--socket", "/nowhere") == 3)
    }

    @Test("print one frame as text")
    func once() async throws {
        #expect(try await run("top", "--once", "--interval", "100ms") == 0)
        let lines = captured.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0].hasPrefix("1 plugin, 1 serving, 0 failed  0 calls/s  up 2 min 5 s  process 42"))
        #expect(lines[2].hasPrefix("ID▼     STATE   WHERE"))
        #expect(lines[3].hasPrefix("counter running in-process"))
        #expect(!captured.output.contains("\u{1b}"))
    }
}
