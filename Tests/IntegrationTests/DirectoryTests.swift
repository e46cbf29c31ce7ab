import Foundation
import TestSupport
import Testing

@testable import PluginHost

@Suite("A plugin's file", .limited, .timeLimit(.minutes(10)))
struct DirectoryTests {
    @Test("that arrives is loaded (HR-9)")
    func arrives() async throws {
        let shop = try Workshop()
        try await TestHost.run(shop.configuration()) { test async throws in
            try shop.install("id=a")
            try await test.until(generation: 1)
            #expect(try await test.call("increment") == "1")
            try await test.until(.loaded)
            #expect(test.events(.pluginDiscovered).map(\.path) == [shop.path("liba.so")])
        }
    }

    @Test("that is removed unloads its plugin, state saved; when it is back, so is the state (HR-9)")
    func isRemoved() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.configuration()) { test async throws in
            let handle = try await test.host.plugin("a")
            _ = try await test.call("increment", "41")
            try shop.remove("liba.so")
            try await test.until(.pluginRemoved)
            #expect(test.events(.unloaded).count == 1)
            #expect(test.events(.statePreserved).count == 1)
            #expect(await test.host.status().plugins.isEmpty)
            let error = #expect(throws: PluginError.self) { try handle.call("value") }
            #expect(error?.code == .shuttingDown)

            try shop.install("id=a;tag=2")
            try await test.until(generation: 2)
            // The old handle finds the plugin again.
            #expect(try handle.call("increment", text: "") == "42")
        }
    }

    @Test(
        "that is back before its plugin has gone is loaded when that has (HR-9)",
        arguments: [ReloadStrategy.debounced(.milliseconds(20)), .manual]
    )
    func comesBackEarly(strategy: ReloadStrategy) async throws {
        let shop = try Workshop()
        let flag = shop.root + "/flag"
        try shop.install("id=a;hang=stop;while=\(flag)")
        try await TestHost.run(shop.configuration { $0.strategy = strategy }) { test async throws in
            _ = try await test.call("increment", "41")
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            try shop.remove("liba.so")
            try await test.until("it stops") { try await test.status().state == "stopping" }
            try shop.install("id=a;tag=2")
            // Which was there later, and so was noticed later.
            try shop.install("id=b", as: "libb.so")
            try await test.until("the host has noticed both") {
                test.events(.pluginDiscovered).contains { $0.path == shop.path("libb.so") }
            }
            try FileManager.default.removeItem(atPath: flag)
            try await test.until("the new build") { (try? await test.call("tag")) == "2" }
            #expect(try await test.call("value") == "41")
        }
    }

    @Test("that is back before its plugin has gone is loaded though another attempt was due then (HR-9)")
    func comesBackBeforeAttempt() async throws {
        let shop = try Workshop()
        let (flag, end) = (shop.root + "/flag", shop.root + "/end")
        try shop.install("id=a;concurrent=1;hang=refresh;while=\(flag)")
        let configuration = shop.configuration {
            ($0.strategy, $0.cooldown, $0.removalGrace) = (.immediate, .milliseconds(500), .milliseconds(5))
            // However many were made by the time at which it refreshes, there is another one.
            $0.maximumAttempts = 1000
        }
        try await TestHost.run(configuration) { test async throws in
            let handle = try await test.host.plugin("a")
            let call = OnThread { try handle.call("block", text: end) }
            try await test.until("it is busy") { try await test.status().inFlight == 1 }
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            try shop.install("id=a;fail=create")
            try await test.until(.reloadFailed)
            // By command, so that the next attempt is made as that one.
            #expect(await test.host.reload(["a"]).map(\.success) == [false])
            let refresh = Task { try await test.host.refreshPlugin("a") }
            try await test.until("it refreshes") { FileManager.default.fileExists(atPath: flag + ".reached") }
            try shop.remove("liba.so")
            let path = shop.path("liba.so")
            try await test.until("the host has noticed it") { await test.host.conductor.reported[path] == nil }
            try await test.until("another attempt is due") { await test.host.conductor.hasQueuedReload("a") }
            try FileManager.default.removeItem(atPath: flag)
            try await test.until("it goes") { try await test.status().state == "stopping" }
            try shop.install("id=a;tag=2")
            try await test.until("the host has noticed that") { await test.host.conductor.hasTaken(path) }
            _ = FileManager.default.createFile(atPath: end, contents: nil)
            _ = try await call.value
            _ = try await refresh.value
            try await test.until("the new build") { (try? await test.call("tag")) == "2" }
        }
    }

    @Test("that has other content before it has said which plugin it is ends with that (HR-9)")
    func changesEarly() async throws {
        let shop = try Workshop()
        let flag = shop.root + "/flag"
        _ = FileManager.default.createFile(atPath: flag, contents: nil)
        try await TestHost.run(shop.configuration()) { test async throws in
            try shop.install("id=a;tag=1;hang=factory;while=\(flag)")
            try await test.until("it is being loaded") { await test.host.status().plugins.map(\.id) == ["liba.so"] }
            try shop.install("id=a;tag=2")
            try shop.install("id=b", as: "libb.so")
            try await test.until("the host has noticed both") {
                test.events(.pluginDiscovered).contains { $0.path == shop.path("libb.so") }
            }
            try FileManager.default.removeItem(atPath: flag)
            try await test.until("the new build") { (try? await test.call("tag")) == "2" }
        }
    }

    @Test("that a build deletes and creates keeps its plugin serving (HR-9)")
    func isReplacedByDeletion() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try await TestHost.run(shop.configuration { $0.removalGrace = .seconds(30) }) { test async throws in
            _ = try await test.call("increment", "41")
            try shop.remove("liba.so")
            #expect(try await test.call("value") == "41")
            try Workshop.write(try Workshop.adaptable("id=a;tag=2"), to: shop.path("liba.so"))
            try await test.until(.reloadCompleted)
            #expect(try await test.call("value") == "41")
            #expect(test.events(.unloaded).isEmpty)
        }
    }

    @Test("that is renamed stays the same plugin, without a reload (HR-9)")
    func isRenamed() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.configuration { $0.removalGrace = .seconds(30) }) { test async throws in
            _ = try await test.call("increment", "41")
            try FileManager.default.moveItem(atPath: shop.path("liba.so"), toPath: shop.path("libb.so"))
            try await test.until("the new path") { try await test.status().path == shop.path("libb.so") }
            let status = try await test.status()
            #expect(status.generation == 1 && status.reloads == 0)
            #expect(try await test.call("value") == "41")
            try shop.install("id=a;tag=2", as: "libb.so")
            try await test.until(generation: 2)
        }
    }

    @Test("that provides a plugin which is there already is refused, and serves when the other goes (PL-4)")
    func conflicts() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try await TestHost.run(shop.configuration()) { test async throws in
            try shop.install("id=a;tag=2", as: "libother.so")
            try await test.until(.reloadFailed)
            #expect(test.events(.reloadFailed).first?.error?.contains(shop.path("liba.so")) == true)
            #expect(try await test.call("tag") == "1")
            try shop.remove("liba.so")
            try await test.until("the other serves") { (try? await test.call("tag")) == "2" }
        }
    }

    @Test("that is renamed and removed while its plugin is busy makes way for another at its old place (HR-9)")
    func isRenamedAndRemoved() async throws {
        let shop = try Workshop()
        let flag = shop.root + "/flag"
        try shop.install("id=a;tag=1;hang=refresh;while=\(flag)")
        try await TestHost.run(shop.configuration()) { test async throws in
            let (old, new) = (shop.path("liba.so"), shop.path("libb.so"))
            try await test.until("it runs") { try await test.status().state == "running" }
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            let refresh = Task { try await test.host.refreshPlugin("a") }
            try await test.until("it refreshes") { FileManager.default.fileExists(atPath: flag + ".reached") }
            try FileManager.default.moveItem(atPath: old, toPath: new)
            try await test.until("the host has noticed it") { await test.host.conductor.hasTaken(new) }
            try shop.remove("libb.so")
            try await test.until("the host has noticed that") { await test.host.conductor.reported[new] == nil }
            try shop.install("id=a;tag=2")
            try await test.until("the host has noticed the other") { await test.host.conductor.hasTaken(old) }
            try FileManager.default.removeItem(atPath: flag)
            _ = try await refresh.value
            try await test.until("the other") { (try? await test.call("tag")) == "2" }
            #expect(try await test.status().path == old)
        }
    }

    @Test("that takes the place of another under a new name waits while its plugin is paused (HR-9)")
    func replacesWhilePaused() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        // The file is gone, and its plugin not yet.
        try await TestHost.run(shop.configuration { $0.removalGrace = .seconds(3600) }) { test async throws in
            _ = try await test.call("increment", "41")
            #expect(try await test.host.pausePlugin("a").success)
            // A file of its own while the other is still there: a reused inode would be the same file.
            try shop.install("id=a;tag=2", as: "next.tmp")
            try shop.remove("liba.so")
            try FileManager.default.moveItem(atPath: shop.path("next.tmp"), toPath: shop.path("libb.so"))
            try await test.until("the change is noticed") { try await test.status().pendingChange }
            #expect(try await test.host.resumePlugin("a").success)
            try await test.until(generation: 2)
            #expect(try await test.call("tag") == "2")
            #expect(try await test.call("value") == "41")
        }
    }

    @Test("that its plugin came from before keeps it at a start that finds a copy with an earlier name (HR-12)")
    func copiedBeforeStart() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1", as: "libb.so")
        try await TestHost.run(shop.configuration()) { _ async throws in }
        try shop.install("id=a;tag=2", as: "liba.so")
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.call("tag") == "1")
            #expect(try await test.status().path == shop.path("libb.so"))
            #expect(try await test.status("liba.so").lastError?.contains("provides the plugin a already") == true)
        }
    }

    @Test("that becomes another plugin's ends the one that it was, state saved", arguments: ["copied", "renamed"])
    func changesHands(way: String) async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        if way == "renamed" { try shop.install("id=b", as: "libb.so") }
        try await TestHost.run(shop.configuration { $0.removalGrace = .seconds(30) }) { test async throws in
            _ = try await test.call("increment", "41")
            if way == "renamed" {
                try #require(rename(shop.path("libb.so"), shop.path("liba.so")) == 0)
            } else {
                try shop.install("id=b")
            }
            try await test.until(.pluginRemoved)
            #expect(test.events(.pluginRemoved).map(\.plugin) == ["a"])
            #expect(await test.host.status().plugins.map(\.id) == ["b"])
            #expect(try await test.call("value", of: "b") == "0")
            try shop.install("id=a;tag=2")
            try await test.until(.pluginRemoved, count: 2)
            #expect(await test.host.status().plugins.map(\.id) == ["a"])
            #expect(try await test.call("value") == "41")
        }
    }

    @Test("in a swapped ..data volume reloads once (HR-9)")
    func swapsVolume() async throws {
        let shop = try Workshop()
        let manager = FileManager.default
        for (version, tag) in [("..v1", 1), ("..v2", 2)] {
            try manager.createDirectory(atPath: shop.path(version), withIntermediateDirectories: true)
            try shop.install("id=a;tag=\(tag)", as: "\(version)/liba.so")
        }
        try manager.createSymbolicLink(atPath: shop.path("..data"), withDestinationPath: "..v1")
        try manager.createSymbolicLink(atPath: shop.path("liba.so"), withDestinationPath: "..data/liba.so")
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.call("tag") == "1")
            try manager.createSymbolicLink(atPath: shop.path("..data_tmp"), withDestinationPath: "..v2")
            #expect(rename(shop.path("..data_tmp"), shop.path("..data")) == 0)
            try await test.until(.reloadCompleted)
            #expect(try await test.call("tag") == "2")
            #expect(test.events(.reloadStarted).count == 1)
        }
    }

    @Test("comes with a directory that was missing at the start (HR-10)")
    func directoryArrives() async throws {
        let shop = try Workshop()
        try FileManager.default.removeItem(atPath: shop.plugins)
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(await test.host.status().host.troubles.isEmpty == false)
            try FileManager.default.createDirectory(atPath: shop.plugins, withIntermediateDirectories: true)
            try shop.install("id=a")
            try await test.until(generation: 1)
            try await test.until("the trouble is over") { await test.host.status().host.troubles.isEmpty }
        }
    }

    @Test(
        "that comes back after another one has provided its plugin finds the state of then",
        arguments: [false, true]
    )
    func comesBack(atStart: Bool) async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("increment", "3")
        }
        try shop.remove("liba.so")
        if atStart { try shop.install("id=a", as: "libother.so") }
        try await TestHost.run(shop.configuration()) { test async throws in
            if !atStart { try shop.install("id=a", as: "libother.so") }
            try await test.until(generation: 2)
            #expect(try await test.call("increment", "4") == "7")
            try shop.remove("libother.so")
            try await test.until(.pluginRemoved)
            try shop.install("id=a")
            try await test.until(.loaded, count: 2)
            #expect(try await test.call("value") == "7")
            // It is written down after it serves.
            try await test.until("all three are written down") {
                try await test.host.history(of: "a").map(\.generation) == [1, 2, 3]
            }
        }
    }
}

extension Conductor {
    fileprivate func hasQueuedReload(_ id: String) -> Bool { entries[id]?.hasQueuedReload == true }
    fileprivate func hasTaken(_ path: String) -> Bool { reported[path] != nil && settled.isEmpty }
}
