import Foundation
import LinuxSystem
import TestSupport
import Testing

@testable import PluginHost

@Suite("A plugin that is busy, paused or stopped", .limited, .timeLimit(.minutes(10)))
struct HeldPluginTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    private func make(_ path: String) { _ = FileManager.default.createFile(atPath: path, contents: nil) }

    @Test("gives no figures, and the one who asks for them keeps nobody waiting (PL-2)")
    func figures() async throws {
        try shop.install("id=a")
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.host.pausePlugin("a").success)
            let error = await #expect(throws: PluginError.self) { try await test.host.statistics(of: "a") }
            #expect(error?.message == "a is paused, and gives no figures")
            #expect(try await test.host.resumePlugin("a").success)
        }
    }

    @Test("is paused though somebody waits to ask it how it is, who is told so at once (LM-2, PL-2)")
    func asked() async throws {
        try shop.install("id=a;concurrent=1")
        // Far longer than the test: nobody waits for that.
        try await TestHost.run(shop.configuration { $0.lifecycleTimeout = .seconds(3600) }) { test async throws in
            let handle = try await test.host.plugin("a")
            let slot = try await test.host.conductor.slot(of: "a")
            let end = shop.root + "/end"
            let call = OnThread { try handle.call("block", text: end) }
            try await test.until("the call is in flight") { try await test.status().inFlight == 1 }
            let pause = Task { try await test.host.pausePlugin("a") }
            try await test.until("it takes no calls") { slot.current?.pointee.isClosed == true }
            let callers = Callers(count: 1) { _ = try handle.call("value") }
            try await test.until("calls are held") { try await test.status().heldCalls == 1 }
            let health = Task { try await test.host.checkHealth(of: "a") }
            let figures = Task { try await test.host.statistics(of: "a") }
            make(end)
            _ = try await call.value
            #expect(try await pause.value.success)
            let unhealthy = await #expect(throws: PluginError.self) { try await health.value }
            #expect(unhealthy?.message == "a is paused, and only what runs has a health")
            let noFigures = await #expect(throws: PluginError.self) { try await figures.value }
            #expect(noFigures?.message == "a is paused, and gives no figures")
            #expect(try await test.host.resumePlugin("a").success)
            _ = try await callers.end()
        }
    }

    @Test("is not given up for being too busy to say how it is (LM-2, RS-7)")
    func busy() async throws {
        try shop.install("id=a")
        try await TestHost.run(shop.isolated { $0.lifecycleTimeout = .seconds(3) }) { test async throws in
            let handle = try await test.host.plugin("a")
            let end = shop.root + "/end"
            let call = OnThread { try handle.call("block", text: end) }
            try await test.until("the call is in flight") { try await test.status().inFlight == 1 }
            let report = try await test.host.checkHealth(of: "a")
            #expect(report.level == "unhealthy" && report.details.contains("busy"), "\(report)")
            make(end)
            _ = try await call.value
            #expect(test.events(.crashed).isEmpty)
        }
    }

    @Test("that hangs when it is asked keeps no other from being asked (LM-2)")
    func hanging() async throws {
        let flag = shop.root + "/flag"
        try shop.install("id=a;concurrent=1;hang=health;while=\(flag)")
        try shop.install("id=b", as: "libb.so")
        let configuration = shop.configuration { $0.lifecycleTimeout = .seconds(3) }
        try await TestHost.run(configuration) { test async throws in
            try await test.until("both run") {
                await test.host.status().plugins.map(\.state) == ["running", "running"]
            }
            make(flag)
            await test.host.pollHealth(every: .milliseconds(10))
            try await test.until("it is told") { try await test.status("a").health?.level == "unhealthy" }
            let last = try await test.status("b").health?.time
            try await test.until("the other is asked on") { try await test.status("b").health?.time != last }
            try FileManager.default.removeItem(atPath: flag)
        }
    }

    @Test("that hangs when it is asked is not asked again for each command, until it has answered (LM-2, PL-2)")
    func hangingByCommand() async throws {
        let flag = shop.root + "/flag"
        try shop.install("id=a;concurrent=1;hang=health,statistics;while=\(flag)")
        let configuration = shop.configuration { $0.lifecycleTimeout = .seconds(2) * Sanitizer.patience }
        try await TestHost.run(configuration) { test async throws in
            make(flag)
            for errors in 1...3 {
                let report = try await test.host.checkHealth(of: "a")
                #expect(report.level == "unhealthy" && report.errors == errors, "\(report)")
                let error = await #expect(throws: PluginError.self) { try await test.host.statistics(of: "a") }
                #expect(error?.code == .timedOut)
            }
            let slot = try await test.host.conductor.slot(of: "a")
            #expect(slot.current?.pointee.inFlight == 2)
            #expect(try await test.status().inFlight == 0)
            try FileManager.default.removeItem(atPath: flag)
            try await test.until("it says how it is") { try await test.host.checkHealth(of: "a").level == "healthy" }
            try await test.until("it gives figures") { (try? await test.host.statistics(of: "a")) != nil }
        }
    }

    @Test("comes back paused after a crash, with its calls held and its new build in mind (RS-7, HR-9)")
    func crash() async throws {
        try shop.install("id=a;tag=1;saves=1")
        try await TestHost.run(shop.isolated()) { test async throws in
            _ = try await test.call("increment", "41")
            #expect(try await test.host.pausePlugin("a").success)
            try shop.install("id=a;tag=2;saves=1")
            try await test.until("the change is noticed") { try await test.status().pendingChange }
            let handle = try await test.host.plugin("a")
            let call = OnThread { try handle.call("increment", text: "1") }
            try await test.until("a call is held") { try await test.status().heldCalls == 1 }
            let process = try #require(await test.host.conductor.processes()["a"])
            #expect(kill(process, SIGKILL) == 0)
            try await test.until(.restarted)
            let status = try await test.status()
            #expect(status.state == "paused" && status.heldCalls == 1 && status.pendingChange, "\(status)")
            #expect(try await test.host.resumePlugin("a").success)
            #expect(try await call.value == "42")
            try await test.until(generation: 2)
            #expect(try await test.call("value") == "42")
        }
    }

    @Test("keeps its state over a new build and a restart of the host (HR-4, HR-6)", arguments: [false, true])
    func state(goesBack: Bool) async throws {
        try shop.install("id=a;tag=1")
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("increment", "41")
            #expect(try await test.host.stopPlugin("a").success)
            try shop.install("id=a;tag=2")
            try await test.until(generation: 2)
            if goesBack {
                #expect(try await test.host.startPlugin("a").success)
                _ = try await test.call("increment")
                #expect(try await test.host.rollBack("a").success)
            }
        }
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.call("value") == "41")
        }
    }

    @Test("keeps no other from being started again while its calls are waited for (RS-7)")
    func drained() async throws {
        try shop.install("id=a;concurrent=1")
        try shop.install("id=b", as: "libb.so")
        try await TestHost.run(shop.isolated()) { test async throws in
            try await test.until("both run") {
                await test.host.status().plugins.map(\.state) == ["running", "running"]
            }
            let handle = try await test.host.plugin("a")
            let end = shop.root + "/end"
            let call = OnThread { try handle.call("block", text: end) }
            try await test.until("the call is in flight") { try await test.status().inFlight == 1 }
            let pause = Task { try await test.host.pausePlugin("a") }
            let callers = Callers(count: 1) { _ = try handle.call("value") }
            try await test.until("calls are held") { try await test.status().heldCalls == 1 }
            let process = try #require(await test.host.conductor.processes()["b"])
            #expect(kill(process, SIGKILL) == 0)
            try await test.until(.restarted)
            make(end)
            _ = try await call.value
            #expect(try await pause.value.success)
            #expect(try await test.host.resumePlugin("a").success)
            _ = try await callers.end()
        }
    }
}
