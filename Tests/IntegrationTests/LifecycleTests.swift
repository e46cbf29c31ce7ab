import Foundation
import TestSupport
import Testing

@testable import PluginHost

@Suite("A plugin's life, by command", .limited, .timeLimit(.minutes(10)))
struct LifecycleTests {
    /// Where plugins run, and the configuration for that.
    enum Place: CaseIterable {
        case inHost
        case inRunner

        func configuration(
            _ shop: Workshop,
            _ change: (inout HostConfiguration) -> Void = { _ in }
        ) -> HostConfiguration {
            self == .inHost ? shop.configuration(change) : shop.isolated(.process, change)
        }
    }

    private func state(_ test: TestHost, _ id: String = "a") async throws -> String {
        try await test.status(id).state
    }

    @Test("stops with its state, refuses calls meanwhile, and starts where it was (LM-1)", arguments: Place.allCases)
    func stopsAndStarts(place: Place) async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try await TestHost.run(place.configuration(shop)) { test async throws in
            _ = try await test.call("increment", "41")
            let stopped = try await test.host.stopPlugin("a")
            #expect(stopped.success && stopped.state == "stopped", "\(stopped)")
            let refusal = await #expect(throws: PluginError.self) { try await test.call("value") }
            #expect(refusal?.code == .shuttingDown)
            #expect(refusal?.message.contains("plugin-host start a") == true)
            #expect(try await test.status().uptimeSeconds == nil)
            let again = try await test.host.stopPlugin("a")
            #expect(again.code == "illegal-transition" && again.error == "a is stopped and can't be stopped")
            let started = try await test.host.startPlugin("a")
            #expect(started.success && started.state == "running", "\(started)")
            #expect(try await test.call("increment") == "42")
            #expect(try await test.host.startPlugin("a").error == "a is running and can't be started")
            try await test.until("it is told") {
                test.events(.stateChanged).compactMap(\.new).suffix(3) == ["stopping", "stopped", "running"]
            }
        }
    }

    @Test("tells of each state of which generation it is (HR-3, PL-7)")
    func statesOfGenerations() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try await TestHost.run(shop.configuration()) { test async throws in
            try shop.install("id=a;tag=2")
            try await test.until(.reloadCompleted)
            #expect(try await test.host.pausePlugin("a").success)
            try shop.remove("liba.so")
            try await test.until(.pluginRemoved)
            let states = test.events(.stateChanged).map { "\($0.generation ?? 0) \($0.new ?? "")" }
            let expected = [
                "1 loading", "1 loaded", "1 initialised", "1 running", "1 reloading", "2 running", "2 paused",
                "2 stopping", "2 stopped", "2 unloading", "2 unloaded",
            ]
            #expect(states == expected)
            #expect(test.events(.pluginRemoved).map(\.generation) == [2])
            // What has never served fails as the generation that it would have been.
            try shop.install("id=b;fail=create", as: "libb.so")
            try await test.until("it fails") { test.events(.stateChanged).last?.new == "error" }
            #expect(test.events(.stateChanged).last?.generation == 1)
        }
    }

    @Test("keeps its state when it fails to stop, and tells those that need it", arguments: Place.allCases)
    func failsToStop(place: Place) async throws {
        let shop = try Workshop()
        let fails = shop.root + "/fails"
        try shop.install("id=a;fail=stop;while=\(fails)")
        try shop.install("id=top;deps=a", as: "libtop.so")
        try await TestHost.run(place.configuration(shop)) { test async throws in
            try await test.until("both run") {
                await test.host.status().plugins.map(\.state) == ["running", "running"]
            }
            _ = try await test.call("increment", "41")
            _ = FileManager.default.createFile(atPath: fails, contents: nil)
            #expect(try await !test.host.stopPlugin("a").success)
            #expect(try await test.status().uptimeSeconds == nil)
            #expect(try await test.call("dependency", of: "top") == "down:a:1")
            try FileManager.default.removeItem(atPath: fails)
            #expect(await test.host.reload(["a"]).map(\.success) == [true])
            #expect(try await test.call("value") == "41")
        }
    }

    @Test(
        "takes it for an answer that its start, stop or save says 'timed out', and ends the instance (LM-1)",
        arguments: Place.allCases,
        ["start", "stop", "save"]
    )
    func answersTimedOut(place: Place, step: String) async throws {
        let shop = try Workshop()
        let fails = shop.root + "/fails"
        try shop.install("id=a;fail=\(step),unload;failstatus=6;while=\(fails)")
        try await TestHost.run(place.configuration(shop)) { test async throws in
            _ = try await test.call("increment", "41")
            if step == "start" { #expect(try await test.host.stopPlugin("a").success) }
            _ = FileManager.default.createFile(atPath: fails, contents: nil)
            let result = step == "start" ? try await test.host.startPlugin("a") : try await test.host.stopPlugin("a")
            #expect(result.code == (step == "save" ? nil : "timed-out"), "\(result)")
            #expect(result.state == (step == "stop" ? "error" : "stopped"), "\(result)")
            try shop.install("id=a;tag=2")
            try await test.until(generation: 2)
            try await test.until("it is written down") { try await test.host.history(of: "a").count == 2 }
            let said = test.log.map(\.message)
            #expect(said.contains { $0.contains("asked to fail at unload") }, "\(said)")
        }
    }

    @Test("stays stopped over a new build, which starts with the state of before (HR-4)", arguments: Place.allCases)
    func staysStopped(place: Place) async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try await TestHost.run(place.configuration(shop)) { test async throws in
            _ = try await test.call("increment", "41")
            #expect(try await test.host.stopPlugin("a").success)
            try shop.install("id=a;tag=2")
            try await test.until(generation: 2)
            #expect(try await state(test) == "stopped")
            let again = await test.host.reload(["a"])
            #expect(again.map(\.state) == ["stopped"] && again.map(\.unchanged) == [true])
            #expect(try await test.host.startPlugin("a").success)
            #expect(try await test.call("tag") == "2")
            #expect(try await test.call("value") == "41")
        }
    }

    @Test("holds calls while it is paused, and is reloaded only when it goes on (PL-3)", arguments: Place.allCases)
    func pauses(place: Place) async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try await TestHost.run(place.configuration(shop)) { test async throws in
            #expect(try await test.host.pausePlugin("a").state == "paused")
            let handle = try await test.host.plugin("a")
            let call = OnThread { try handle.call("tag", text: "") }
            try await test.until("a call is held") { try await test.status().heldCalls == 1 }
            let refused = await test.host.reload(["a"])
            #expect(refused.map(\.code) == ["illegal-transition"])
            try shop.install("id=a;tag=2")
            try await test.until("the change is noticed") { try await test.status().pendingChange }
            #expect(try await state(test) == "paused")
            #expect(try await test.host.resumePlugin("a").success)
            // Whichever build it reached, it reached one.
            #expect(["1", "2"].contains(try await call.value))
            try await test.until(generation: 2)
            #expect(try await test.call("tag") == "2")
        }
    }

    @Test("takes the build that came while it was paused also when it is stopped (HR-9)")
    func pausedAndStopped() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.host.pausePlugin("a").success)
            try shop.install("id=a;tag=2")
            try await test.until("it is noticed") { try await test.status().pendingChange }
            #expect(try await test.host.stopPlugin("a").success)
            try await test.until(generation: 2)
            #expect(try await test.host.startPlugin("a").success)
            #expect(try await test.call("tag") == "2")
        }
    }

    @Test("is not stopped while calls are in it that do not end, and goes on")
    func callsInFlight() async throws {
        let shop = try Workshop()
        try shop.install("id=a;concurrent=1")
        try await TestHost.run(shop.configuration { $0.drainTimeout = .milliseconds(50) }) { test async throws in
            let handle = try await test.host.plugin("a")
            let end = shop.root + "/end"
            let call = OnThread { try handle.call("block", text: end) }
            try await test.until("the call is in flight") { try await test.status().inFlight == 1 }
            for gracefully in [true, false] {
                let result = try await test.host.stopPlugin("a", gracefully: gracefully)
                #expect(result.code == "timed-out" && result.state == "running", "\(result)")
            }
            #expect(try await test.call("value") == "0")
            _ = FileManager.default.createFile(atPath: end, contents: nil)
            _ = try await call.value
            #expect(try await test.host.stopPlugin("a", gracefully: false).success)
        }
    }

    @Test("that fails stops none of the others, in the order of what they need (LM-1)")
    func all() async throws {
        let shop = try Workshop()
        try shop.install("id=base", as: "libbase.so")
        try shop.install("id=top;deps=base", as: "libtop.so")
        let flag = shop.root + "/fails"
        try shop.install("id=odd;fail=stop;while=\(flag)", as: "libodd.so")
        try await TestHost.run(shop.configuration()) { test async throws in
            try await test.until("all run") {
                await test.host.status().plugins.map(\.state) == ["running", "running", "running"]
            }
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            let stopped = await test.host.stopAllPlugins()
            #expect(stopped.filter(\.success).map(\.plugin) == ["top", "base"])
            #expect(stopped.filter { !$0.success }.map(\.state) == ["error"])
            try FileManager.default.removeItem(atPath: flag)
            let early = try await test.host.startPlugin("top")
            #expect(early.code == "dependency" && early.error == "top needs base, which is stopped; start that first")
            let started = await test.host.startAllPlugins()
            #expect(started.map(\.plugin) == ["base", "top"])
            #expect(started.map(\.success) == [true, true])
            #expect(await test.host.reload(["odd"]).map(\.success) == [true])
        }
    }

    @Test("can be started after its process has ended while it was stopped, and it was left down (LM-1, RS-7)")
    func startsAfterLoss() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.isolated { $0.restartLimits.maximumRestarts = 0 }) { test async throws in
            #expect(try await test.host.stopPlugin("a").success)
            let process = try #require(await test.host.conductor.processes()["a"])
            #expect(kill(process, SIGKILL) == 0)
            try await test.until("it is down") { try await test.status().state == "error" }
            #expect(await test.host.reload(["a"]).map(\.success) == [true])
            #expect(try await test.status().state == "stopped")
            #expect(try await test.host.startPlugin("a").success)
            #expect(try await test.call("value") == "0")
        }
    }

    @Test("has its health asked for as was said before the start, whatever the configuration says (LM-2)")
    func polledFromTheStart() async throws {
        let shop = try Workshop()
        try shop.install("id=a;unhealthyafter=3")
        let host = try PluginHost(shop.configuration { $0.healthInterval = .zero })
        await host.pollHealth(every: .milliseconds(20))
        try await host.start()
        try await eventually { await host.status().plugins.first?.health?.errors ?? 0 >= 2 }
        await host.stop()
    }

    @Test("does not start without a plugin that it needs and that is gone (LM-1)")
    func startsWithWhatItNeeds() async throws {
        let shop = try Workshop()
        try shop.install("id=base", as: "libbase.so")
        try shop.install("id=top;deps=base", as: "libtop.so")
        try await TestHost.run(shop.configuration()) { test async throws in
            try await test.until("both run") {
                await test.host.status().plugins.map(\.state) == ["running", "running"]
            }
            #expect(try await test.host.stopPlugin("top").success)
            try shop.remove("libbase.so")
            try await test.until(.pluginRemoved)
            let result = try await test.host.startPlugin("top")
            #expect(result.code == "dependency" && result.state == "stopped", "\(result)")
            #expect(result.error?.contains("base") == true)
            try shop.install("id=base", as: "libbase.so")
            try await test.until("it is back") {
                await test.host.status().plugins.first { $0.id == "base" }?.state == "running"
            }
            #expect(try await test.host.startPlugin("top").success)
        }
    }

    @Test("reports times, uptime and health, and counts what is unhealthy (LM-2, LM-4)", arguments: Place.allCases)
    func reports(place: Place) async throws {
        let shop = try Workshop()
        // It is asked once when it is started.
        try shop.install("id=a;unhealthyafter=3;concurrent=1")
        try shop.install("id=b", as: "libb.so")
        let configuration = place.configuration(shop) { $0.restartLimits.maximumRestarts = 0 }
        try await TestHost.run(configuration) { test async throws in
            try await test.until("both run") {
                await test.host.status().plugins.map(\.state) == ["running", "running"]
            }
            #expect(try await test.host.checkHealth(of: "a").level == "healthy")
            let status = try await test.status()
            #expect(status.health?.level == "healthy" && status.health?.errors == 0)
            #expect((status.health?.uptimeSeconds ?? 0) > 0)
            #expect((status.uptimeSeconds ?? 0) > 0 && (status.loadSeconds ?? 0) > 0)
            #expect(status.initialiseSeconds != nil)
            await test.host.pollHealth(every: .milliseconds(20))
            if place == .inHost {
                // In the host's own process nothing can be replaced for that; it is told once.
                try await test.until("it was ill twice") { (try await test.status().health?.errors ?? 0) > 1 }
                try await test.until(.error)
                #expect(test.events(.error).count { $0.error?.contains("unhealthy") == true } == 1)
            } else {
                try await test.until("it is replaced or left down") { try await state(test) == "error" }
            }
            await test.host.pollHealth(every: .zero)
            #expect(try await test.host.checkHealth(of: "b").level == "healthy")
            await #expect(throws: PluginError.self) { try await test.host.checkHealth(of: "c") }
        }
    }

    @Test("counts how often it was unhealthy over all of its generations (LM-2)")
    func countsOverReloads() async throws {
        let shop = try Workshop()
        // It is asked once when it is started.
        try shop.install("id=a;tag=1;unhealthyafter=1")
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.host.checkHealth(of: "a").errors == 1)
            try shop.install("id=a;tag=2;unhealthyafter=2")
            try await test.until(generation: 2)
            let report = try await test.host.checkHealth(of: "a")
            #expect(report.level == "healthy" && report.errors == 1)
        }
    }

    @Test("reads its caches again and gives figures by command (PL-2)", arguments: Place.allCases)
    func refreshes(place: Place) async throws {
        let shop = try Workshop()
        let flag = shop.root + "/fails"
        try shop.install("id=a;fail=refresh;while=\(flag)")
        try await TestHost.run(place.configuration(shop)) { test async throws in
            #expect(try await test.host.refreshPlugin("a").success)
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            let failed = try await test.host.refreshPlugin("a")
            #expect(!failed.success && failed.state == "running" && failed.error?.contains("refresh failed") == true)
            guard case .object = try await test.host.statistics(of: "a") else {
                Issue.record("the statistics are no object")
                return
            }
        }
    }
}
