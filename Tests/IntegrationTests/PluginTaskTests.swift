import Foundation
import LinuxSystem
import TestSupport
import Testing

@testable import PluginHost

@Suite("The tasks of a plugin", .limited, .timeLimit(.minutes(10)))
struct PluginTaskTests {
    private func configuration(_ shop: Workshop, _ isolation: Isolation) throws -> HostConfiguration {
        shop.configuration { configuration in
            configuration.isolation = isolation
            configuration.runner = Workshop.products + "/plugin-runner"
        }
    }

    @Test(
        "come with its declaration, run in it, and go with it (RS-9, CH-1)",
        arguments: [Isolation.inProcess, .process]
    )
    func declared(isolation: Isolation) async throws {
        let shop = try Workshop()
        try shop.install(try Workshop.product("Contributor"), as: "libcontributor.so")
        try await TestHost.run(try configuration(shop, isolation)) { test async throws in
            let hourly = try #require(test.host.task("contributor/hourly"))
            #expect(hourly.plugin == "contributor" && hourly.state == .waiting && hourly.schedule == "every 1h")
            #expect(test.host.task("contributor/nightly")?.state == .stopped)
            let ran = try await test.host.runTask("contributor/hourly")
            #expect(ran.runs == 1 && ran.lastError == nil)
            #expect(try await test.call("seen", of: "contributor").contains("ran 20"))

            // A reload with the same declaration keeps phase and counts.
            try shop.install(try Workshop.product("Contributor", build: 2), as: "libcontributor.so")
            try await test.until(generation: 2, of: "contributor")
            let kept = try #require(test.host.task("contributor/hourly"))
            #expect(kept.runs == 1)
            let (before, after) = (try #require(hourly.nextDue), try #require(kept.nextDue))
            #expect(abs(before.timeIntervalSince(after)) < 1)
            _ = try await test.host.runTask("contributor/hourly")
            #expect(test.host.task("contributor/hourly")?.runs == 2)

            try shop.remove("libcontributor.so")
            try await test.until("they are gone") { test.host.task("contributor/hourly") == nil }
        }
    }

    @Test("are waited for by a reload, which loses no run", arguments: [Isolation.inProcess, .process])
    func reloaded(isolation: Isolation) async throws {
        let shop = try Workshop()
        let gate = shop.root + "/gate"
        _ = FileManager.default.createFile(atPath: gate, contents: nil)
        try shop.install("id=a;hold-execute=\(gate);tag=1")
        var configuration = try configuration(shop, isolation)
        let task = JSONValue.object(["name": .string("slow"), "every": .string("1h")])
        configuration.plugins["a"] = PluginSettings(
            settings: .object(["components": .object(["tasks": .array([task])])])
        )
        try await TestHost.run(configuration) { test async throws in
            let host = test.host
            let run = Task { try await host.runTask("a/slow") }
            try await test.until("it runs") { host.task("a/slow")?.state == .running }
            try shop.install("id=a;tag=2")
            try await test.until(.reloadStarted)
            try FileManager.default.removeItem(atPath: gate)
            try await test.until(generation: 2, of: "a")
            let ended = try await run.value
            #expect(ended.runs == 1 && ended.lastError == nil)
            // The next one is the new generation's.
            #expect(try await host.runTask("a/slow").runs == 2)
            #expect(host.task("a/slow")?.failures == 0)
        }
    }

    @Test(
        "are taken in, stopped and forgotten while it runs, by the service ph.tasks/1",
        arguments: [Isolation.inProcess, .process]
    )
    func dynamic(isolation: Isolation) async throws {
        let shop = try Workshop()
        try shop.install(try Workshop.product("Contributor"), as: "libcontributor.so")
        try await TestHost.run(try configuration(shop, isolation)) { test async throws in
            func ask(_ method: String, _ input: String) async throws {
                _ = try await test.call("ask", "ph.tasks/1 \(method)\n\(input)", of: "contributor")
            }
            try await ask("register", #"{"name":"extra","every":"1h"}"#)
            #expect(test.host.task("contributor/extra")?.state == .waiting)
            // The plugin has no such task, so that its run fails, is counted, and the task goes on.
            let ran = try await test.host.runTask("contributor/extra")
            #expect(ran.failures == 1 && ran.state == .waiting)
            #expect(test.log.contains { $0.message.hasPrefix("the task contributor/extra failed") })
            try await ask("stop", "extra")
            #expect(test.host.task("contributor/extra")?.state == .stopped)
            // They rest with the plugin; what it has stopped itself stays so.
            try await ask("register", #"{"name":"more","every":"1h"}"#)
            #expect(try await test.host.stopPlugin("contributor").success)
            try await test.until("it rests") { test.host.task("contributor/more")?.state == .stopped }
            #expect(try await test.host.startPlugin("contributor").success)
            try await test.until("it goes on") { test.host.task("contributor/more")?.state == .waiting }
            #expect(test.host.task("contributor/extra")?.state == .stopped)
            await #expect(throws: PluginError.self) { try await ask("register", #"{"name":"bad","cron":"nonsense"}"#) }
            await #expect(throws: PluginError.self) { try await ask("unregister", "hourly") }
            try shop.install(try Workshop.product("Contributor", build: 2), as: "libcontributor.so")
            try await test.until("it is forgotten") { test.host.task("contributor/extra") == nil }
            #expect(test.host.task("contributor/hourly") != nil)
        }
    }

    @Test(
        "are those of the generation that serves, whatever one has asked for whose reload fails (HR-4)",
        arguments: [Isolation.inProcess, .process]
    )
    func failedReload(isolation: Isolation) async throws {
        let shop = try Workshop()
        func registers(_ name: String, _ interval: String) -> String {
            "ph.tasks/1 register {\"name\":\"\(name)\",\"every\":\"\(interval)\"}"
        }
        try shop.install("id=a;tag=1;ask-start=\(registers("own", "1h"))")
        var configuration = try configuration(shop, isolation)
        configuration.maximumAttempts = 1
        try await TestHost.run(configuration) { test async throws in
            #expect(test.host.task("a/own")?.schedule == "every 1h")
            let asks = "ask-load=\(registers("own", "2h"));ask-start=\(registers("new", "1h"))"
            try shop.install("id=a;tag=2;health=unhealthy;\(asks);ask-stop=ph.tasks/1 unregister own")
            try await test.until(.reloadCompleted)
            #expect(test.events(.reloadCompleted).map(\.success) == [false])
            #expect(test.host.task("a/own")?.schedule == "every 1h" && test.host.task("a/new") == nil)
            // The next one has the number of the one that failed.
            try shop.install("id=a;tag=3;ask-start=\(registers("more", "1h"))")
            try await test.until("those of before are forgotten") { test.host.task("a/own") == nil }
            #expect(test.host.task("a/more") != nil && test.host.task("a/new") == nil)
        }
    }

    @Test(
        "are not taken away by the end of the generation that was replaced",
        arguments: [Isolation.inProcess, .process]
    )
    func endOfReplaced(isolation: Isolation) async throws {
        let shop = try Workshop()
        let asks = #"ask-start=ph.tasks/1 register {"name":"own","every":"1h"};ask-stop=ph.tasks/1 unregister own"#
        try shop.install("id=a;tag=1;\(asks)")
        try await TestHost.run(try configuration(shop, isolation)) { test async throws in
            try shop.install("id=a;tag=2;\(asks)")
            try await test.until(.reloadCompleted)
            #expect(test.host.task("a/own") != nil)
            try shop.remove("liba.so")
            try await test.until("it is gone") { test.host.task("a/own") == nil }
        }
    }

    @Test(
        "has a plugin report its own health, by the service ph.heartbeat/1",
        arguments: [Isolation.inProcess, .process]
    )
    func heartbeat(isolation: Isolation) async throws {
        let shop = try Workshop()
        try shop.install(try Workshop.product("Contributor"), as: "libcontributor.so")
        try await TestHost.run(try configuration(shop, isolation)) { test async throws in
            _ = try await test.call("ask", "ph.heartbeat/1 error\nno table", of: "contributor")
            _ = try await test.host.runTask("host/heartbeat")
            let ill = await test.host.heartbeat().components.first { $0.name == "plugin/contributor" }
            #expect(ill?.state == .error && ill?.errors.last?.message == "no table")
            _ = try await test.call("ask", "ph.heartbeat/1 alive\n", of: "contributor")
            #expect(await test.host.heartbeat().components.first { $0.name == "plugin/contributor" }?.state == .healthy)

            // What a generation has said of itself goes with it.
            _ = try await test.call("ask", "ph.heartbeat/1 error\nno table", of: "contributor")
            try shop.install(try Workshop.product("Contributor", build: 2), as: "libcontributor.so")
            try await test.until(generation: 2, of: "contributor")
            _ = try await test.host.runTask("host/heartbeat")
            #expect(await test.host.heartbeat().components.first { $0.name == "plugin/contributor" }?.state == .healthy)
        }
    }

    @Test("has nothing in it of what a build says whose reload fails", arguments: [Isolation.inProcess, .process])
    func heartbeatOfFailed(isolation: Isolation) async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        var configuration = try configuration(shop, isolation)
        configuration.maximumAttempts = 1
        try await TestHost.run(configuration) { test async throws in
            try shop.install("id=a;tag=2;health=unhealthy;ask-start=ph.heartbeat/1 error no table")
            try await test.until(.reloadCompleted)
            _ = try await test.host.runTask("host/heartbeat")
            let part = await test.host.heartbeat().components.first { $0.name == "plugin/a" }
            #expect(part?.state == .healthy && part?.errors.isEmpty == true, "\(String(describing: part))")
        }
    }

    @Test("keep a statistic in the sample, over a reload", arguments: [Isolation.inProcess, .process])
    func sample(isolation: Isolation) async throws {
        let shop = try Workshop()
        try shop.install(try Workshop.product("LoadWatch"), as: "libloadwatch.so")
        try await TestHost.run(try configuration(shop, isolation)) { test async throws in
            let error = await #expect(throws: PluginError.self) { try await test.call("statistics", of: "load-watch") }
            #expect(error?.message.contains("no sample yet") == true)
            for _ in 0..<2 { #expect(try await test.host.runTask("load-watch/sample").lastError == nil) }
            try shop.install(try Workshop.product("LoadWatch", build: 2), as: "libloadwatch.so")
            try await test.until(generation: 2, of: "load-watch")
            #expect(try await test.host.runTask("load-watch/sample").runs >= 3)
            let answer: [String: JSONValue] = try JSONCoding.decode(
                from: Array(try await test.call("statistics", of: "load-watch").utf8)
            )
            guard case .integer(let samples) = answer["samples"] else { throw CocoaError(.coderInvalidValue) }
            #expect(samples >= 3)
        }
    }
}
