import Foundation
import LinuxSystem
import Synchronization
import TestSupport
import Testing

@testable import PluginHost

@Suite("What a host does at times", .limited, .timeLimit(.minutes(10)))
struct UpkeepTests {
    @Test("is the program's own work too, until it is taken back (CH-1)")
    func ownTasks() async throws {
        let shop = try Workshop()
        try await TestHost.run(shop.configuration()) { test async throws in
            let runs = Mutex(0)
            try test.host.schedule("count", .every(.milliseconds(10))) { run in
                #expect(run.name == "count")
                runs.withLock { $0 += 1 }
            }
            try await test.until("it has run") { runs.withLock { $0 } > 2 }
            let twice = #expect(throws: PluginError.self) { try test.host.schedule("count") { _ in } }
            #expect(twice?.code == .conflict)
            let nonsense = #expect(throws: PluginError.self) {
                try test.host.schedule("other", .cron("61 * * * *")) { _ in }
            }
            #expect(nonsense?.message.contains("the minute: 61 is none") == true)
            #expect(throws: PluginError.self) { try test.host.schedule("host/mine") { _ in } }
            #expect(throws: PluginError.self) { try test.host.unschedule("host/heartbeat") }
            #expect(test.host.tasks().map(\.name) == ["count", "host/clean-up", "host/heartbeat"])
            try test.host.unschedule("count")
            #expect(test.host.task("count") == nil)
        }
    }

    @Test("is stopped and started as a whole, the host's own too (CH-1)")
    func allTasks() async throws {
        let shop = try Workshop()
        try await TestHost.run(shop.configuration()) { test async throws in
            let runs = Mutex(0)
            try test.host.schedule("count", .every(.milliseconds(10)), startsAutomatically: false) { _ in
                runs.withLock { $0 += 1 }
            }
            test.host.stopAllTasks()
            try await test.until("all are stopped") { test.host.tasks().allSatisfy { $0.state == .stopped } }
            test.host.startAllTasks()
            #expect(test.host.tasks().allSatisfy { $0.state != .stopped })
            try await test.until("it has run") { runs.withLock { $0 } > 0 }
        }
    }

    @Test("has parts whose names nobody else gets, not even before the start (CH-3)")
    func keptNames() async throws {
        let shop = try Workshop()
        let host = try PluginHost(shop.isolated())
        let names = HostUpkeep.ownParts + ["plugin/a"]
        let refused = names.filter { name in
            do throws(PluginError) { try host.registerHeartbeat(name) } catch { return error.code == .conflict }
            return false
        }
        #expect(refused == names)
        try await host.start()
        #expect(await host.heartbeat().components.map(\.name) == HostUpkeep.ownParts.sorted())
        await host.stop()
    }

    @Test("is to believe what parts report of themselves (CH-3)")
    func reportedParts() async throws {
        let shop = try Workshop()
        try await TestHost.run(shop.configuration()) { test async throws in
            func part() async throws -> HeartbeatStatus.Component {
                _ = try await test.host.runTask("host/heartbeat")
                return try #require(await test.host.heartbeat().components.first { $0.name == "queue" })
            }
            try test.host.registerHeartbeat("queue", interval: .seconds(3600))
            test.host.reportError("it is full", of: "queue")
            let ill = try await part()
            #expect(ill.state == .error && ill.errors.map(\.message) == ["it is full"])
            test.host.reportAlive("queue")
            #expect(try await part().state == .healthy)
        }
    }

    @Test("is to look after its parts, its plugins among them (CH-2, CH-3)")
    func heartbeat() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.configuration()) { test async throws in
            // Whoever asks before the first beat is not told that nothing is known.
            #expect(await test.host.heartbeat().state == .healthy)
            try test.host.registerHeartbeat("database") { "no answer" }
            _ = try await test.host.runTask("host/heartbeat")
            let ill = await test.host.heartbeat()
            #expect(ill.state == .error)
            #expect(ill.components.first { $0.name == "database" }?.errors.map(\.message) == ["no answer"])
            test.host.unregisterHeartbeat("database")
            _ = try await test.host.runTask("host/heartbeat")
            let well = await test.host.heartbeat()
            #expect(well.state == .healthy, "\(well.components.filter { $0.state != .healthy })")
            let expected = ["event loop", "plugin/a", "scheduler", "storage", "watcher", "workers"]
            #expect(Set(well.components.map(\.name)).isSuperset(of: expected))
            try await test.until(.heartbeat, count: 3)
            #expect(test.events(.heartbeat).last?.new == "healthy")
            // A change is worth keeping, and the same again is not.
            _ = try await test.host.runTask("host/heartbeat")
            let kept = await test.host.recentEvents().filter { $0.event == .heartbeat }
            #expect(kept.last?.new == "healthy" && kept.allSatisfy { $0.old != nil })
        }
    }

    @Test("is to look after what runners are made of, once a command has isolated a plugin (CH-3)")
    func runners() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        let runner = shop.root + "/plugin-runner"
        let program = Workshop.products + "/plugin-runner"
        try FileManager.default.createSymbolicLink(atPath: runner, withDestinationPath: program)
        try await TestHost.run(shop.configuration { $0.runner = runner }) { test async throws in
            func part() async throws -> HeartbeatStatus.State {
                _ = try await test.host.runTask("host/heartbeat")
                return try #require(await test.host.heartbeat().components.first { $0.name == "runner pool" }).state
            }
            #expect(try await part() == .healthy)
            #expect(try await test.host.isolate("a", .process).success)
            #expect(try await part() == .healthy)
            try FileManager.default.removeItem(atPath: runner)
            #expect(try await part() == .error)
        }
    }

    @Test("is not ill for lack of a program that nobody needs (CH-3)")
    func noRunners() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        let runner = shop.root + "/plugin-runner"
        let program = Workshop.products + "/plugin-runner"
        try FileManager.default.createSymbolicLink(atPath: runner, withDestinationPath: program)
        try await TestHost.run(shop.configuration { $0.runner = runner }) { test async throws in
            try FileManager.default.removeItem(atPath: runner)
            _ = try await test.host.runTask("host/heartbeat")
            #expect(await test.host.heartbeat().state == .healthy)
        }
    }

    @Test("asks its parts when it is asked, if it does not by itself (CH-3)")
    func noHeartbeat() async throws {
        let shop = try Workshop()
        try await TestHost.run(shop.configuration { $0.heartbeatInterval = .zero }) { test async throws in
            let isWell = Flag()
            try test.host.registerHeartbeat("database") { isWell.isSet ? nil : "no answer" }
            #expect(await test.host.heartbeat().state == .error)
            isWell.set()
            #expect(await test.host.heartbeat().state == .healthy)
        }
    }

    @Test("finds a plugin in error that can't be started")
    func brokenPlugin() async throws {
        let shop = try Workshop()
        try shop.install("id=a;fail=start")
        try await TestHost.run(shop.configuration { $0.maximumAttempts = 1 }) { test async throws in
            _ = try await test.host.runTask("host/heartbeat")
            let part = await test.host.heartbeat().components.first { $0.name == "plugin/a" }
            #expect(part?.state == .error && part?.errors.isEmpty == false)
        }
    }

    @Test("is to remove what is kept no longer (CH-2)")
    func cleanUp() async throws {
        let shop = try Workshop()
        let configuration = shop.configuration { configuration in
            configuration.logFileCount = 1
            configuration.crashReportAge = .seconds(3600)
        }
        let state = configuration.stateDirectory
        try Directory.make("\(state)/plugins/old/crashes")
        try Directory.make("\(state)/logs")
        func put(_ path: String) throws { try AtomicFile.replace("\(state)/\(path)", with: Array("{}".utf8)) }
        try put("plugins/old/crashes/2020-01-01T00-00-00.000Z-1.json")
        try put("logs/plugin-host.1.log")
        try put("logs/plugin-host.2.log")
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.host.runTask("host/clean-up").lastError == nil)
            #expect(try Directory.names("\(state)/plugins/old/crashes").isEmpty)
            let logs = try Directory.names("\(state)/logs")
            #expect(logs.contains("plugin-host.1.log") && !logs.contains("plugin-host.2.log"))
        }
    }

    @Test("leaves alone what a running plugin needs")
    func cleanUpBesidePlugins() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("echo", "5")
            #expect(try await test.host.runTask("host/clean-up").lastError == nil)
            #expect(await test.host.reload(["a"]).allSatisfy(\.success))
            #expect(try await test.status().state == "running")
        }
    }
}

@Suite("The log of a running host", .limited, .timeLimit(.minutes(10)))
struct RunningLogTests {
    @Test("keeps what plugins say, at levels that change while it runs (CH-4)")
    func levels() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        let configuration = shop.configuration { $0.logLevels = ["a": .error] }
        try await TestHost.run(configuration) { test async throws in
            _ = try await test.call("log", "unheard")
            test.host.setLogLevel(.info, of: "a")
            _ = try await test.call("log", "heard")
            #expect(test.log.filter { $0.name == "a" }.map(\.message) == ["heard"])
            let kept = test.host.recentLog(HostLog.Query(plugin: "a"))
            #expect(kept.map(\.message) == ["heard"])
            #expect(kept.first?.plugin == "a" && kept.first?.generation == 1)
        }
        let file = LogFile(path: LogFile.standardPath(stateDirectory: configuration.stateDirectory))
        #expect(try file.recent(100) { $0.name == "a" }.map(\.message) == ["heard"])
    }

    @Test("limits a plugin that logs in a loop, and says how much was dropped")
    func flood() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.configuration { $0.logRate = 5 }) { test async throws in
            let handle = try await test.host.plugin("a")
            for number in 0..<200 { _ = try handle.call("log", text: "\(number)") }
            let heard = test.log.count { $0.name == "a" }
            #expect(heard >= 20 && heard < 200)
            _ = try await test.host.runTask("host/heartbeat")
            #expect(test.log.contains { $0.message.contains("records of a were dropped") })
        }
    }

    @Test("goes on when its file can't be written")
    func unwritable() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.configuration { $0.logFile = .file("/proc/nowhere/host.log") }) {
            test async throws in
            _ = try await test.call("log", "heard")
            #expect(test.host.recentLog(HostLog.Query(plugin: "a")).map(\.message) == ["heard"])
            try await test.until("it is said") { test.log.contains { $0.message.contains("/proc/nowhere/host.log") } }
        }
    }
}
