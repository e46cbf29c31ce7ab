import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("The program plugin-host", .limited, .serialized, .timeLimit(.minutes(10)))
struct ProgramTests {
    private static func installSamples(_ shop: Workshop) throws {
        for name in ["Counter", "Greeter", "WordCount", "Reverse"] {
            try shop.install(try Workshop.product(name), as: "lib\(name).so")
        }
    }

    /// Waits until all samples run: a file that another process still had open at the start comes a moment later.
    private static func untilSamplesRun(_ bench: ProgramBench) async throws {
        try await bench.until("the samples run") {
            let plugins = try await bench.json("status")["plugins"].elements
            return plugins.count == 4 && plugins.allSatisfy { $0["state"] == .string("running") }
        }
    }

    @Test("shows every field of the status, null where there is nothing to say")
    func status() async throws {
        try await ProgramBench.run { bench async throws in
            try Self.installSamples(bench.shop)
            let host = try await bench.startHost()
            try await Self.untilSamplesRun(bench)
            let status = try await bench.json("status")
            let wanted: Set = [
                "pid", "version", "uptimeSeconds", "pluginDirectories", "stateDirectory", "strategy",
            ]
            #expect(status["host"].keys.isSuperset(of: wanted))
            #expect(status["host"]["pid"] == .integer(Int64(host.processID)))
            #expect(status["host"]["strategy"] == .string("immediate"))
            #expect(status["host"]["pluginDirectories"] == .array([.string(bench.shop.plugins)]))
            #expect(status["host"]["stateDirectory"] == .string(bench.shop.state))
            let ids = status["plugins"].elements.map(\.["id"].text)
            #expect(ids == ["counter", "greeter", "reverse", "word-count"])
            let fields: Set = [
                "id", "name", "version", "state", "isolation", "generation", "retiredGenerations", "path", "build",
                "reloads", "failedReloads", "quarantine", "lastError", "calls", "inFlight",
            ]
            for plugin in status["plugins"].elements {
                #expect(plugin.keys.isSuperset(of: fields))
                #expect(plugin["quarantine"] == .null && plugin["lastError"] == .null)
                #expect(plugin["state"] == .string("running"))
                #expect(plugin["generation"] == .integer(1))
            }
            // Time has gone on between two questions, and memory was used.
            func still(_ plugin: JSONValue) -> JSONValue {
                guard case .object(var fields) = plugin else { return plugin }
                #expect(fields.removeValue(forKey: "uptimeSeconds") != nil)
                #expect(fields.removeValue(forKey: "memory") != nil)
                return .object(fields)
            }
            let list = try await bench.json("list").elements.map(still)
            #expect(try await bench.json("status")["plugins"].elements.map(still) == list)
            #expect(still(try await bench.json("info", "counter")) == still(try await bench.plugin()))
        }
    }

    @Test("calls plugins, with the input as an argument or from standard input (PL-8)")
    func calls() async throws {
        try await ProgramBench.run { bench async throws in
            try Self.installSamples(bench.shop)
            _ = try await bench.startHost()
            try await Self.untilSamplesRun(bench)
            #expect(try await bench.output("call", "counter", "increment", "41") == "41")
            #expect(try await bench.output("call", "counter", "increment") == "42")
            #expect(try await bench.output("call", "counter", "increment", "-2") == "40")
            #expect(try await bench.output("call", "reverse", "reverse", "-", input: Data("abc".utf8)) == "cba")
            #expect(try await bench.plugin()["calls"] == .integer(3))
            for words in [["nope", "value"], ["counter", "nope"], ["counter", "increment", "x"]] {
                let result = try await bench.command(["call"] + words)
                #expect(result.end == .exited(1))
                #expect(result.output == "")
                #expect(result.errors.hasPrefix("plugin-host: "))
            }
        }
    }

    @Test("follows a new build with its state, and goes back and forth on command (HR-4, HR-7, HR-8)")
    func reloads() async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install(try Workshop.product("Counter"), as: "libCounter.so")
            _ = try await bench.startHost()
            let follower = try bench.start([
                ProgramBench.executable, "events", "--follow", "--json", "--socket", bench.socket,
            ])
            try await bench.until("the events before are shown") { follower.output.contains(#""loaded""#) }
            _ = try await bench.output("call", "counter", "increment", "41")

            let unchanged = try await bench.json("reload", "counter")
            #expect(unchanged.elements.first?["unchanged"] == .bool(true))

            try bench.shop.install(try Workshop.product("CounterV2"), as: "libCounter.so")
            try await bench.until("generation 2") { $0["generation"] == .integer(2) }
            #expect(try await bench.output("call", "counter", "step") == "51")
            try await bench.until("a live event") { follower.output.contains("reload-completed") }
            #expect(!follower.hasEnded)

            let back = try await bench.json("rollback", "counter")
            #expect(back["success"] == .bool(true) && back["generation"] == .integer(3))
            #expect(try await bench.output("call", "counter", "value") == "41")
            let history = try await bench.json("history", "counter").elements
            #expect(history.map(\.["generation"].whole) == [1, 2, 3])
            #expect(history.map(\.["live"]) == [.bool(false), .bool(false), .bool(true)])
            #expect(history.last?["rollbackOf"] == .integer(1))

            // The build that was left lies in quarantine until a command lifts it.
            #expect(try await bench.json("quarantine", "list").keys == ["counter"])
            _ = try await bench.output("quarantine", "clear", "counter")
            try await bench.until("generation 4") { $0["generation"] == .integer(4) }
            #expect(try await bench.plugin()["version"] == .string("2.0.0"))
            #expect(try await bench.json("quarantine", "list").keys == [])
            #expect(try await bench.plugin()["reloads"].whole ?? 0 >= 2)
        }
    }

    @Test("prints events as lines of JSON with kebab-case names and their fields (HR-3, PL-7)")
    func events() async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install(try Workshop.product("Counter"), as: "libCounter.so")
            _ = try await bench.startHost()
            try bench.shop.install(try Workshop.product("CounterV2"), as: "libCounter.so")
            try await bench.until("the reload is told") {
                try await bench.output("events").contains("reload-completed")
            }
            let lines = try await bench.output("events", "--json").split(separator: "\n")
            let events = try lines.map { try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
            for event in events {
                #expect(event["time"].text != nil)
                let name = try #require(event["event"].text)
                #expect(name.allSatisfy { $0.isLowercase || $0 == "-" })
            }
            let names = events.compactMap(\.["event"].text)
            #expect(
                Set(names).isSuperset(of: [
                    "plugin-discovered", "loaded", "reload-started", "state-preserved", "state-restored",
                    "reload-completed", "state-changed",
                ])
            )
            let completed = try #require(events.first { $0["event"] == .string("reload-completed") })
            #expect(completed.keys.isSuperset(of: ["plugin", "generation", "attempt", "path", "durationSeconds"]))
            #expect(completed["plugin"] == .string("counter"))
            #expect(completed["generation"] == .integer(2))
        }
    }

    @Test("goes on with the old generation when a build is bad, and says why (HR-5)")
    func badBuild() async throws {
        try await ProgramBench.run { bench async throws in
            let good = try Workshop.product("Counter")
            try bench.shop.install(good, as: "libCounter.so")
            _ = try await bench.startHost()
            _ = try await bench.output("call", "counter", "increment", "7")
            // The header of another machine: an error that can't pass by itself.
            var bad = good
            bad[18] = 0x28
            try bench.shop.install(bad, as: "libCounter.so")
            try await bench.until("quarantined") { $0["quarantine"] != .null }
            let plugin = try await bench.plugin()
            #expect(plugin["generation"] == .integer(1))
            #expect(plugin["lastError"].text?.isEmpty == false)
            #expect(plugin["quarantine"]["reason"].text?.isEmpty == false)
            #expect(plugin["quarantine"]["build"].text?.count == 64)
            #expect(plugin["quarantine"]["build"] != plugin["build"])
            let list = try await bench.json("quarantine", "list")
            #expect(list["counter"]["reason"] == plugin["quarantine"]["reason"])
            #expect(try await bench.output("call", "counter", "increment") == "8")

            // The right build again: it serves already, so nothing happens but that the quarantine is lifted (HR-11).
            try bench.shop.install(good, as: "libCounter.so")
            try await bench.until("lifted") { $0["quarantine"] == .null }
            #expect(try await bench.output("call", "counter", "value") == "8")
        }
    }

    @Test("never loads a build that is cut short (HR-9)")
    func truncatedBuild() async throws {
        try await ProgramBench.run { bench async throws in
            let good = try Workshop.product("Counter")
            try bench.shop.install(good, as: "libCounter.so")
            _ = try await bench.startHost()
            try bench.shop.install(good.prefix(good.count / 2), as: "libCounter.so")
            let result = try await bench.command("reload", "counter", "--json")
            #expect(result.end == .exited(1))
            let answer = try JSONDecoder().decode(JSONValue.self, from: Data(result.output.utf8))
            #expect(answer.elements.first?["success"] == .bool(false))
            #expect(answer.elements.first?["error"].text?.isEmpty == false)
            #expect(try await bench.plugin()["generation"] == .integer(1))
            #expect(try await bench.output("call", "counter", "increment") == "1")
            try bench.shop.install(try Workshop.product("CounterV2"), as: "libCounter.so")
            try await bench.until("generation 2") { $0["generation"] == .integer(2) }
            #expect(try await bench.output("call", "counter", "value") == "1")
        }
    }
}
