import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("The settings of a plugin that runs", .limited, .timeLimit(.minutes(10)))
struct ConfigurationTests {
    private func configuration(_ shop: Workshop, _ place: LifecycleTests.Place) -> HostConfiguration {
        place.configuration(shop) {
            $0.plugins["a"] = PluginSettings(settings: .object(["size": .integer(1), "name": .string("x")]))
        }
    }

    @Test("are pushed to it and acknowledged, and kept over a restart (PL-5)", arguments: LifecycleTests.Place.allCases)
    func pushed(place: LifecycleTests.Place) async throws {
        let shop = try Workshop()
        try shop.install("id=a;configurable=1")
        try await TestHost.run(configuration(shop, place)) { test async throws in
            #expect(try await test.call("config").contains(#"{"name":"x","size":1}"#))
            let result = try await test.host.configure("a", "limits.high", .integer(9))
            #expect(result.way == .pushed && result.error == nil, "\(result)")
            let wanted = #"{"limits":{"high":9},"name":"x","size":1}"#
            #expect(try await test.call("config").contains(wanted))
            #expect(try await test.host.configure("a", "limits.high", .integer(9)).way == .unchanged)
            #expect(try await test.status().generation == 1)
        }
        try await TestHost.run(configuration(shop, place)) { test async throws in
            #expect(try await test.call("config").contains(#""limits":{"high":9}"#))
            #expect(try await test.host.configure("a", "limits.high", nil).way == .pushed)
            #expect(try await test.host.settings(of: "a") == .object(["size": .integer(1), "name": .string("x")]))
            // The last command holds, also for what an earlier one has said of a part.
            #expect(try await test.host.configure("a", "limits.high", .integer(9)).way == .pushed)
            #expect(try await test.host.configure("a", "limits", .integer(5)).way == .pushed)
            #expect(try await test.call("config").contains(#"{"limits":5,"name":"x","size":1}"#))
        }
    }

    @Test("are those of the present configuration for a plugin that comes later (PL-5)")
    func comesLater() async throws {
        let shop = try Workshop()
        try await TestHost.run(configuration(shop, .inHost)) { test async throws in
            #expect(
                await test.host.reconfigure(["b": PluginSettings(settings: .object(["size": .integer(2)]))]).isEmpty
            )
            try shop.install("id=a")
            try shop.install("id=b", as: "libb.so")
            try await test.until(.loaded, count: 2)
            #expect(try await test.host.settings(of: "a") == .object([:]))
            #expect(try await test.host.settings(of: "b") == .object(["size": .integer(2)]))
        }
    }

    @Test(
        "are given to a new instance, with the state, where it can't take them",
        arguments: LifecycleTests.Place.allCases
    )
    func reloaded(place: LifecycleTests.Place) async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(configuration(shop, place)) { test async throws in
            _ = try await test.call("increment", "41")
            let result = try await test.host.configure("a", "size", .integer(2))
            #expect(result.way == .reloaded && result.statePreserved == true && result.error == nil, "\(result)")
            #expect(try await test.call("config").contains(#"{"name":"x","size":2}"#))
            #expect(try await test.call("value") == "41")
            #expect(try await test.status().generation == 2)
        }
    }

    @Test(
        "stay as they were if it refuses them",
        arguments: [("configure", "it refuses the new settings"), ("initialise", "initialise failed")]
    )
    func refused(step: String, reason: String) async throws {
        let shop = try Workshop()
        let flag = shop.root + "/refuses"
        let takes = step == "configure" ? "configurable=1;" : ""
        try shop.install("id=a;\(takes)fail=\(step);while=\(flag)")
        try await TestHost.run(configuration(shop, .inHost)) { test async throws in
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            let result = try await test.host.configure("a", "size", .string("wide"))
            #expect(result.way == .refused && result.error?.contains(reason) == true, "\(result)")
            #expect(try await test.call("config").contains(#"{"name":"x","size":1}"#))
            #expect(try await test.host.settings(of: "a") == .object(["size": .integer(1), "name": .string("x")]))
            #expect(try await test.status().state == "running")
            await #expect(throws: PluginError.self) { try await test.host.configure("a", "size..x", .null) }
            await #expect(throws: PluginError.self) { try await test.host.configure("b", "size", .null) }
        }
    }

    @Test("are what a plugin is tried again with that could not start without them (HR-5)")
    func missing() async throws {
        let shop = try Workshop()
        let flag = shop.root + "/misses"
        _ = FileManager.default.createFile(atPath: flag, contents: nil)
        try shop.install("id=a;fail=initialise;while=\(flag)")
        try await TestHost.run(configuration(shop, .inHost)) { test async throws in
            try await test.until("it is set aside") { await test.host.quarantines()["a"] != nil }
            try FileManager.default.removeItem(atPath: flag)
            #expect(try await test.host.configure("a", "size", .integer(2)).way == .stored)
            try await test.until(generation: 1)
            #expect(try await test.call("config").contains(#"{"name":"x","size":2}"#))
        }
    }

    @Test(
        "that change while a plugin is stopped are what it starts with (PL-5)",
        arguments: LifecycleTests.Place.allCases,
        [0, 1]
    )
    func whileStopped(place: LifecycleTests.Place, configurable: Int) async throws {
        let shop = try Workshop()
        try shop.install("id=a;configurable=\(configurable)")
        try await TestHost.run(configuration(shop, place)) { test async throws in
            _ = try await test.call("increment", "41")
            #expect(try await test.host.stopPlugin("a").success)
            #expect(try await test.host.configure("a", "size", .integer(2)).way == .stored)
            #expect(try await test.status().state == "stopped")
            #expect(try await test.host.startPlugin("a").success)
            #expect(try await test.call("config").contains(#""size":2"#))
            #expect(try await test.call("value") == "41")
        }
    }

    @Test("that change in the configuration reach each plugin that they are about, and no other")
    func reconfigured() async throws {
        let shop = try Workshop()
        try shop.install("id=a;configurable=1")
        try shop.install("id=b;configurable=1;fail=configure", as: "libb.so")
        try shop.install("id=c;configurable=1", as: "libc.so")
        try await TestHost.run(configuration(shop, .inHost)) { test async throws in
            try await test.until("all run") {
                await test.host.status().plugins.map(\.state) == ["running", "running", "running"]
            }
            _ = try await test.host.configure("a", "size", .integer(5))
            let results = await test.host.reconfigure([
                "a": PluginSettings(settings: .object(["size": .integer(2), "more": .bool(true)])),
                "b": PluginSettings(settings: .object(["size": .integer(2)])),
            ])
            #expect(results.map(\.plugin) == ["a", "b"])
            #expect(results.map(\.way) == [.pushed, .refused])
            // What a command has said goes before.
            #expect(try await test.call("config").contains(#"{"more":true,"size":5}"#))
            #expect(try await test.host.settings(of: "b") == .object([:]))
        }
    }

    @Test("are those of the last of two changed configurations, though they come at once")
    func reconfiguredTwice() async throws {
        let shop = try Workshop()
        let flag = shop.root + "/hangs"
        try shop.install("id=a;configurable=1;hang=configure;while=\(flag)")
        @Sendable func settings(_ size: Int64) -> [String: PluginSettings] {
            ["a": PluginSettings(settings: .object(["size": .integer(size), "name": .string("x")]))]
        }
        try await TestHost.run(configuration(shop, .inHost)) { test async throws in
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            let first = Task { await test.host.reconfigure(settings(2)) }
            try await test.until("it is asked") { FileManager.default.fileExists(atPath: flag + ".reached") }
            let second = Task { await test.host.reconfigure(settings(1)) }
            // Long enough for a second one that waits for nobody.
            for _ in 0..<200 { _ = await test.host.status() }
            try FileManager.default.removeItem(atPath: flag)
            #expect(await first.value.map(\.way) == [.pushed])
            #expect(await second.value.map(\.way) == [.pushed])
            #expect(try await test.call("config").contains(#"{"name":"x","size":1}"#))
        }
    }

    @Test("are shown and changed by command, and follow the configuration file")
    func program() async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install("id=a;configurable=1")
            let file = bench.shop.root + "/host.json"
            try Data(#"{"plugins": {"a": {"settings": {"size": 1}}}}"#.utf8).write(to: URL(fileURLWithPath: file))
            _ = try await bench.startHost("--config", file)
            try await bench.until("it runs", plugin: "a") { $0["state"] == .string("running") }
            #expect(try await bench.json("config", "get", "a") == .object(["size": .integer(1)]))
            let text = try await bench.output("config", "set", "a", "unit", "ms")
            #expect(text.contains("a has taken it"))
            try Data(#"{"plugins": {"a": {"settings": {"size": 2}}}}"#.utf8)
                .write(to: URL(fileURLWithPath: file), options: .atomic)
            let wanted: JSONValue = .object(["size": .integer(2), "unit": .string("ms")])
            while try await bench.json("config", "get", "a") != wanted { try await Task.sleep(for: .milliseconds(5)) }
            let answer = try await bench.output("call", "a", "config")
            #expect(answer.contains(#"{"size":2,"unit":"ms"}"#))
        }
    }
}
