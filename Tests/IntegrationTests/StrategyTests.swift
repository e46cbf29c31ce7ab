import Foundation
import LinuxSystem
import TestSupport
import Testing

@testable import PluginHost

@Suite("A strategy", .limited, .timeLimit(.minutes(10)))
struct StrategyTests {
    @Test("manual notices a change and reloads on command (HR-1)")
    func manual() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try await TestHost.run(shop.configuration { $0.strategy = .manual }) { test async throws in
            try shop.install("id=a;tag=2")
            try await test.until(.changeNoticed)
            #expect(try await test.call("tag") == "1")
            #expect(try await test.status().pendingChange)
            let results = await test.host.reload(["a", "a"])
            #expect(results.count == 1)
            #expect(results.first?.success == true && results.first?.generation == 2)
            #expect(results.first?.statePreserved == true)
            #expect(results.first?.phases.map(\.name).contains("health-check") == true)
            #expect(try await test.call("tag") == "2")
            #expect(try await test.status().pendingChange == false)
        }
    }

    @Test("manual waits for a command also where a plugin once waited for another (HR-1)")
    func manualAfterWaiting() async throws {
        let shop = try Workshop()
        try shop.install("id=a;deps=b;tag=1")
        try await TestHost.run(shop.configuration { $0.strategy = .manual }) { test async throws in
            try shop.install("id=b;tag=1", as: "libb.so")
            try await test.until(generation: 1, of: "a")
            try shop.install("id=a;deps=b;tag=2")
            try await test.until(.changeNoticed)
            #expect(await test.host.reload(["b"]).allSatisfy(\.success))
            try shop.install("id=b;tag=2", as: "libb.so")
            #expect(await test.host.reload(["b"]).allSatisfy(\.success))
            // Whatever that has set going for the other one is over when this has its turn.
            _ = try await test.host.refreshPlugin("a")
            #expect(try await test.call("tag") == "1")
        }
    }

    @Test("manual notices no change where the content serves already (HR-1, HR-11)")
    func manualWithoutChange() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try await TestHost.run(shop.configuration { $0.strategy = .manual }) { test async throws in
            let path = shop.path("libb.so")
            try FileManager.default.moveItem(atPath: shop.path("liba.so"), toPath: path)
            try await test.until("it is renamed") { try await test.status().path == path }
            // What the new name has set off begins before this, and is over when the plugin has had its turn.
            await withCheckedContinuation { done in test.host.conductor.loop.perform { done.resume() } }
            #expect(try await test.host.refreshPlugin("a").success)
            try #require(try await !test.status().pendingChange)
            try shop.install("id=a;tag=2", as: "libb.so")
            try await test.until(.changeNoticed)
            try shop.install("id=a;tag=1", as: "libb.so")
            try await test.until("it is as it was") { try await !test.status().pendingChange }
            #expect(test.events(.changeNoticed).count == 1)
            #expect(await test.host.reload(["a"]).map(\.unchanged) == [true])
        }
    }

    @Test("on-idle waits for a moment without calls (HR-1)")
    func onIdle() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1;concurrent=1")
        let configuration = shop.configuration {
            $0.strategy = .onIdle(window: .milliseconds(10), bound: .seconds(30))
        }
        try await TestHost.run(configuration) { test async throws in
            let handle = try await test.host.plugin("a")
            let end = shop.root + "/end"
            let call = OnThread { try handle.call("block", text: end) }
            try await test.until("the call is in flight") { try await test.status().inFlight == 1 }
            try shop.install("id=a;tag=2;concurrent=1")
            try await test.until(.reloadStarted)
            // Nobody is held while the reload waits.
            #expect(try await test.call("tag") == "1")
            _ = FileManager.default.createFile(atPath: end, contents: nil)
            _ = try await call.value
            try await test.until(generation: 2)
            #expect(try await test.call("tag") == "2")
        }
    }

    @Test("on-idle holds calls when its bound has passed (HR-1)")
    func onIdleBound() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1;concurrent=1")
        let configuration = shop.configuration {
            $0.strategy = .onIdle(window: .milliseconds(10), bound: .milliseconds(50))
            $0.drainTimeout = .milliseconds(50)
            $0.maximumAttempts = 1
        }
        try await TestHost.run(configuration) { test async throws in
            let handle = try await test.host.plugin("a")
            let end = shop.root + "/end"
            let call = OnThread { try handle.call("block", text: end) }
            try await test.until("the call is in flight") { try await test.status().inFlight == 1 }
            try shop.install("id=a;tag=2;concurrent=1")
            try await test.until(.reloadFailed)
            #expect(test.events(.reloadFailed).first?.error?.contains("did not end within") == true)
            _ = FileManager.default.createFile(atPath: end, contents: nil)
            _ = try await call.value
        }
    }

    @Test("on-idle waits for it though there is no state to move (HR-1)", arguments: ["stateless=1", "tag=0"])
    func onIdleWithoutState(behaviour: String) async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0;concurrent=1;\(behaviour)")
        let configuration = shop.configuration {
            $0.strategy = .onIdle(window: .milliseconds(10), bound: .seconds(300))
            $0.preservesState = false
        }
        try await TestHost.run(configuration) { test async throws in
            let handle = try await test.host.plugin("a")
            let end = shop.root + "/end"
            let call = OnThread { try handle.call("block", text: end) }
            try await test.until("the call is in flight") { try await test.status().inFlight == 1 }
            try shop.install("id=a;version=1.1.0;concurrent=1;\(behaviour)")
            try await test.until("it waits, or it has switched") {
                let status = try await test.status()
                return status.state == "reloading" || status.generation == 2
            }
            // Nobody is held while the reload waits.
            #expect(try await test.call("version") == "1.0.0")
            _ = FileManager.default.createFile(atPath: end, contents: nil)
            _ = try await call.value
            try await test.until(generation: 2)
            #expect(try await test.call("version") == "1.1.0")
            #expect(try await test.status().state == "running")
        }
    }

    @Test("on-idle holds nobody when its bound has passed, if there is no state to move (HR-1)")
    func onIdleBoundWithoutState() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1;concurrent=1;stateless=1")
        let configuration = shop.configuration {
            $0.strategy = .onIdle(window: .milliseconds(10), bound: .milliseconds(50))
            $0.maximumAttempts = 1
        }
        try await TestHost.run(configuration) { test async throws in
            let handle = try await test.host.plugin("a")
            let end = shop.root + "/end"
            let call = OnThread { try handle.call("block", text: end) }
            try await test.until("the call is in flight") { try await test.status().inFlight == 1 }
            // A build that fails after the wait leaves the one that serves as it was.
            try shop.install("id=a;tag=2;concurrent=1;stateless=1;fail=start")
            try await test.until(.reloadCompleted)
            #expect(try await test.status().state == "running")
            try shop.install("id=a;tag=3;concurrent=1;stateless=1")
            try await test.until("the new build") { try await test.call("tag") == "3" }
            _ = FileManager.default.createFile(atPath: end, contents: nil)
            _ = try await call.value
            try await test.until(.reloadCompleted, count: 2)
            #expect(try await test.status().state == "running")
        }
    }

    @Test(
        "reloads plugins that don't depend on each other side by side only if it is told to (HR-2)",
        arguments: [true, false]
    )
    func parallel(isParallel: Bool) async throws {
        let shop = try Workshop()
        let flag = shop.root + "/hangs"
        try shop.install("id=a;tag=1", as: "liba.so")
        try shop.install("id=b;tag=1", as: "libb.so")
        try await TestHost.run(shop.configuration { $0.reloadsInParallel = isParallel }) { test async throws in
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            try shop.install("id=a;tag=2;hang=initialise;while=\(flag)", as: "liba.so")
            try await test.until(.reloadStarted)
            try shop.install("id=b;tag=2", as: "libb.so")
            if isParallel {
                try await test.until(generation: 2, of: "b")
                #expect(try await test.status().generation == 1)
                try FileManager.default.removeItem(atPath: flag)
                try await test.until(generation: 2)
            } else {
                try FileManager.default.removeItem(atPath: flag)
                try await test.until(generation: 2, of: "b")
                try await test.until(.reloadCompleted, count: 2)
                #expect(test.events(.reloadStarted).map(\.plugin) == ["a", "b"])
                #expect(test.events(.reloadCompleted).first?.plugin == "a")
            }
        }
    }

    @Test("immediate reloads on the first complete change (HR-1)")
    func immediate() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try await TestHost.run(shop.configuration { $0.strategy = .immediate }) { test async throws in
            try shop.install("id=a;tag=2")
            try await test.until(generation: 2)
            try Workshop.write(try Workshop.adaptable("id=a;tag=3"), to: shop.path("liba.so"))
            try await test.until(.reloadCompleted, count: 2)
            #expect(try await test.status().generation == 3)
            #expect(test.events(.reloadFailed).isEmpty)
        }
    }

    @Test("manual: a reload by command is retried by itself, however little the watcher has seen by then (HR-1, HR-5)")
    func manualRetries() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=0")
        try await TestHost.run(shop.configuration { $0.strategy = .manual }) { test async throws in
            try shop.install("id=a;tag=1;fail=start")
            let result = try #require(await test.host.reload(["a"]).first)
            #expect(!result.success && result.attempts == 1)
            try await test.until(.reloadCompleted)
            #expect(try await test.status().quarantine != nil)
            #expect(test.events(.reloadFailed).map(\.attempt) == [1, 2, 3])
            #expect(try await test.call("tag") == "0")
        }
    }
}
