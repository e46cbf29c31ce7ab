import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("The state of a plugin", .limited, .timeLimit(.minutes(10)))
struct StateTests {
    @Test(
        "is not offered to a build that keeps none, whether the build before runs or not (HR-7)",
        arguments: [true, false]
    )
    func statelessBuild(runs: Bool) async throws {
        let shop = try Workshop()
        let configuration = shop.configuration { $0.maximumAttempts = 1 }
        try shop.install("id=a;version=1.0.0")
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("increment") == "1")
            guard runs else { return }
            try shop.install("id=a;version=2.0.0;stateless=1")
            try await test.until(.reloadCompleted)
            #expect(try await test.call("version") == "2.0.0")
        }
        if !runs { try shop.install("id=a;version=2.0.0;stateless=1") }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("version") == "2.0.0")
        }
    }

    @Test("survives a restart of the host (HR-6)")
    func survivesRestart() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("increment", "41")
        }
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.call("increment") == "42")
            #expect(try await test.status().generation == 2)
            try await test.until(.stateRestored)
            #expect(test.events(.stateRestored).count == 1)
        }
    }

    @Test(
        "keeps no host from starting that has a pipe in the place of a file, which is named (HR-6)",
        arguments: ["plugins/a/journal.json", "plugins/a/snapshots", "shared-state"]
    )
    func pipe(place: String) async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        for _ in 1...2 {
            try await TestHost.run(shop.configuration()) { test async throws in
                _ = try await test.call("increment", "41")
                try test.host.sharedState.set("kept", to: [1], isKept: true)
            }
        }
        var path = "\(shop.state)/\(place)"
        if place.hasSuffix("snapshots") {
            path += "/" + (try #require(try FileManager.default.contentsOfDirectory(atPath: path).max()))
        }
        try FileManager.default.removeItem(atPath: path)
        try #require(mkfifo(path, 0o600) == 0)
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("value")
            let name = (path as NSString).lastPathComponent
            let said = test.log.filter { $0.message.contains("no file") && $0.message.contains(name) }
            #expect(!said.isEmpty, "\(test.log.map(\.message))")
        }
    }

    @Test("is saved from time to time (HR-6)")
    func makesCheckpoints() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.configuration { $0.checkpointInterval = .milliseconds(20) }) { test async throws in
            _ = try await test.call("increment", "41")
            try await test.until(.statePreserved)
            let snapshots = try FileManager.default.contentsOfDirectory(atPath: shop.state + "/plugins/a/snapshots")
            #expect(snapshots.isEmpty == false)
        }
    }

    @Test("moves to a new major version that migrates it, and is refused by one that does not (HR-7)")
    func migrates() async throws {
        let shop = try Workshop()
        try shop.install(try Workshop.product("Counter"), as: "libCounter.so")
        try await TestHost.run(shop.configuration { $0.maximumAttempts = 1 }) { test async throws in
            #expect(try await test.call("increment", "41", of: "counter") == "41")
            try shop.install("id=counter;version=3.0.0", as: "libCounter.so")
            try await test.until(.reloadFailed)
            #expect(test.events(.reloadFailed).first?.error?.hasPrefix("state-refused") == true)
            #expect(try await test.call("value", of: "counter") == "41")

            try shop.install(try Workshop.product("CounterV2"), as: "libCounter.so")
            try await test.until(generation: 2, of: "counter")
            #expect(try await test.call("increment", of: "counter") == "42")
            #expect(try await test.status("counter").version == "2.0.0")
        }
    }

    @Test("is refused outside of the schemas that a plugin declares (HR-7)")
    func refusesSchemas() async throws {
        let shop = try Workshop()
        try shop.install("id=a;schema=3;schemas=1-3")
        try await TestHost.run(shop.configuration { $0.maximumAttempts = 1 }) { test async throws in
            _ = try await test.call("increment", "5")
            try shop.install("id=a;schema=2;schemas=1-2")
            try await test.until(.reloadFailed)
            #expect(test.events(.reloadFailed).first?.error?.contains("schema 3") == true)
            try shop.install("id=a;schema=4;schemas=2-4;version=2.0.0")
            try await test.until(generation: 2)
            #expect(try await test.call("value") == "5")
        }
    }

    @Test("does not move when the configuration says so (HR-2)")
    func canBeLeftBehind() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try await TestHost.run(shop.configuration { $0.preservesState = false }) { test async throws in
            _ = try await test.call("increment", "5")
            try shop.install("id=a;tag=2")
            try await test.until(generation: 2)
            #expect(try await test.call("value") == "0")
        }
    }

    @Test("damaged on disk, is set aside and the one before it is used (HR-6)")
    func survivesDamage() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        let snapshots = shop.state + "/plugins/a/snapshots"
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("increment", "5")
            try shop.install("id=a;tag=2")
            try await test.until(.reloadCompleted)
            _ = try await test.call("increment", "5")
        }
        let newest = try #require(try FileManager.default.contentsOfDirectory(atPath: snapshots).sorted().last)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: "\(snapshots)/\(newest)"))
        bytes[bytes.count - 40] ^= 1
        try bytes.write(to: URL(fileURLWithPath: "\(snapshots)/\(newest)"))

        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.call("value") == "5")
            #expect(test.log.contains { $0.level == .warning && $0.message.contains("damaged") })
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: snapshots).contains { $0.contains("damaged") })
    }

    @Test("is saved again when it is as it was at an earlier checkpoint, and another one was kept since then (HR-6)")
    func comesRound() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        let copy = shop.root + "/copy"
        try await TestHost.run(shop.configuration()) { test async throws in
            // Each ends with a checkpoint of the state without anything.
            for step in ["5", "7"] {
                _ = try await test.call("increment", step)
                #expect(try await test.host.resetState(of: "a").success)
            }
            // What a host finds that comes after one that was killed now.
            try FileManager.default.copyItem(atPath: shop.state, toPath: copy)
        }
        try await TestHost.run(shop.configuration { $0.stateDirectory = copy }) { test async throws in
            #expect(try await test.call("value") == "0")
        }
    }
}
