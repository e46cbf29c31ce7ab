import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("The usage of plugin-host", .limited, .serialized, .timeLimit(.minutes(10)))
struct ProgramUsageTests {
    @Test("ends with 2 and a hint where the command line makes no sense")
    func wrongUse() async throws {
        try await ProgramBench.run { bench async throws in
            let lines = [
                ["--nope"], ["statsu"], ["status", "--nope"], ["status", "extra"], ["call", "counter"], ["info"],
                ["reload"], ["rollback", "counter", "--to", "x"], ["quarantine", "remove"], ["inspect"],
                ["run", "--strategy", "sometimes"], ["run", "--debounce", "soon"], ["run", "--log-format", "xml"],
            ]
            for words in lines {
                let result = try await bench.command(words)
                #expect(result.end == .exited(2), "\(words)")
                #expect(result.output == "")
                #expect(result.errors.hasPrefix("plugin-host: "), "\(words)")
            }
        }
    }

    @Test("leaves the numbers of standard streams that are closed to nothing that could be written to")
    func closedStreams() async throws {
        try await ProgramBench.run { bench async throws in
            let words = [ProgramBench.executable, "run", "--no-supervise", "--socket", bench.socket] + bench.places
            let closing = ["/bin/sh", "-c", #"exec "$@" <&- >&- 2>&-"#, "sh"]
            let host = try bench.start(closing + words, environment: [:])
            try await bench.until("the host answers") { try await bench.command("status").end == .exited(0) }
            for number in 0...2 {
                let link = "/proc/\(host.processID)/fd/\(number)"
                #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "/dev/null")
            }
        }
    }

    @Test("has ids whole in tables that go into a pipe")
    func wholeNames() async throws {
        try await ProgramBench.run { bench async throws in
            let id = "com.example.plugins.with-a-rather-long-name"
            try bench.shop.install("id=\(id);tag=1")
            let settings = #"{"processes": {"\#(id)-program": {"command": "sleep", "arguments": ["1000"]}}}"#
            try Workshop.write(Data(settings.utf8), to: bench.shop.root + "/host.json")
            _ = try await bench.startHost("--config", bench.shop.root + "/host.json")
            for words in [["status"], ["list"], ["report"]] {
                let result = try await bench.command(words)
                #expect(result.output.contains(id + " "), "\(words): \(result.output)")
            }
            #expect(try await bench.output("processes").contains("\(id)-program "))
            try bench.shop.install("id=\(id);tag=2;fail=start")
            try await bench.until("it is set aside", plugin: id) { $0["quarantine"] != .null }
            let line = try await bench.output("status").split(separator: "\n").last { $0.hasPrefix(id) }
            #expect(line?.contains("start failed: asked to fail at start") == true, "\(line ?? "")")
        }
    }

    @Test("ends with 3 where no host is reachable")
    func noHost() async throws {
        try await ProgramBench.run { bench async throws in
            for words in [["status"], ["list", "--json"], ["call", "a", "b"], ["reload", "--all"], ["events"]] {
                let result = try await bench.command(words)
                #expect(result.end == .exited(3), "\(words)")
                #expect(result.output == "")
                #expect(result.errors.contains(bench.socket))
            }
        }
    }

    @Test("finds the socket by the option before the variable before the default")
    func sockets() async throws {
        try await ProgramBench.run { bench async throws in
            let elsewhere = bench.shop.root + "/elsewhere.sock"
            _ = try await bench.startHost("--socket", elsewhere)
            func end(_ words: [String], _ environment: [String: String]) async throws -> Bool {
                try await bench.command(words, environment: environment).end == .exited(0)
            }
            #expect(try await end(["status"], ["PLUGIN_HOST_SOCKET": elsewhere]))
            #expect(try await end(["status", "--socket", elsewhere], ["PLUGIN_HOST_SOCKET": "/nowhere"]))
            #expect(try await !end(["status"], [:]))
            let mode = try FileManager.default.attributesOfItem(atPath: elsewhere)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test("reads a configuration with comments, and names the nearest key for one that it does not know")
    func configuration() async throws {
        try await ProgramBench.run { bench async throws in
            let path = bench.shop.root + "/host.json"
            func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
            try write(
                """
                {
                    // How a change is taken.
                    "strategy": "manual", /* until a command says so */
                    "plugins": {"counter": {"enabled": true}}
                }
                """
            )
            try bench.shop.install(try Workshop.product("Counter"), as: "libCounter.so")
            let host = try await bench.startHost("--config", path, strategy: nil)
            #expect(try await bench.json("status")["host"]["strategy"] == .string("manual"))
            try bench.shop.install(try Workshop.product("CounterV2"), as: "libCounter.so")
            try await bench.until("the change is noticed") { $0["pendingChange"] == .bool(true) }
            #expect(try await bench.plugin()["generation"] == .integer(1))
            let reload = try await bench.json("reload", "--all")
            #expect(reload.elements.map(\.["generation"].whole) == [2])
            host.terminate()
            #expect(try await host.ended() == .exited(0))

            try write("{\n    \"debounse\": \"1s\"\n}")
            let wrong = try await bench.command(["run", "--config", path] + bench.places)
            #expect(wrong.end == .exited(2))
            #expect(wrong.errors.contains("'debounse'; did you mean 'debounce'?"))
            #expect(wrong.errors.contains("\(path):2:"))
            let missing = try await bench.command(["run", "--config", path + ".not"] + bench.places)
            #expect(missing.end == .exited(1))
        }
    }

    @Test("tells what files are without a host, a verdict each")
    func inspects() async throws {
        try await ProgramBench.run { bench async throws in
            let plugin = Workshop.products + "/libCounter.so"
            let good = try await bench.command("inspect", plugin, Workshop.products + "/libReverse.so")
            #expect(good.end == .exited(0))
            #expect(good.output.contains("\(plugin): a plugin"))
            let cut = bench.shop.root + "/cut.so"
            try Workshop.product("Counter").prefix(1000).write(to: URL(fileURLWithPath: cut))
            let mixed = try await bench.command("inspect", "--json", plugin, "/bin/sh", cut, "/nowhere.so")
            #expect(mixed.end == .exited(1))
            let reports = try JSONDecoder().decode([JSONValue].self, from: Data(mixed.output.utf8))
            #expect(reports.count == 4)
            let verdicts = reports.compactMap(\.["verdict"].text)
            #expect(verdicts.first == "plugin" && verdicts.last == "not-found")
            #expect(Set(verdicts[1...2]).isDisjoint(with: ["plugin", "not-found"]))
            #expect(reports.dropFirst().allSatisfy { $0["message"].text?.isEmpty == false })
        }
    }

    @Test("says nothing when nobody reads its output any more")
    func closedPipe() async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install(try Workshop.product("Counter"), as: "libCounter.so")
            _ = try await bench.startHost()
            for verb in ["events", "events --follow", "status --json"] {
                let script = #""$0" \#(verb) --socket "$1" | head -n 1; "$0" --help | true"#
                let shell = try bench.start(["/bin/sh", "-c", script, ProgramBench.executable, bench.socket])
                if verb.contains("follow") {
                    // Who follows learns with the next event that the reader has gone.
                    try await bench.until("the first line") { !shell.output.isEmpty }
                    for number in 1...2 {
                        let generation = try await bench.plugin()["generation"].whole ?? 0
                        try bench.shop.install(try Workshop.product("Counter", build: number), as: "libCounter.so")
                        try await bench.until("reloaded") { $0["generation"].whole ?? 0 > generation }
                    }
                }
                #expect(try await shell.ended() == .exited(0))
                #expect(shell.errors == "")
                #expect(shell.output.split(separator: "\n").count == 1)
            }
            #expect(try await bench.plugin()["state"] == .string("running"))
        }
    }
}
