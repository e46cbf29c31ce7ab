import Foundation
import TestSupport
import Testing

@testable import PluginHost

@Suite("A rollback", .limited, .timeLimit(.minutes(10)))
struct RollbackTests {
    @Test("on command puts code and state of the generation before back (HR-8)")
    func goesBack() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("increment", "5")
            try shop.install("id=a;version=1.1.0")
            try await test.until(.reloadCompleted)
            _ = try await test.call("increment", "100")

            let result = try await test.host.rollBack("a")
            #expect(result.success && result.generation == 3 && result.statePreserved)
            #expect(try await test.call("version") == "1.0.0")
            #expect(try await test.call("value") == "5")
            try await test.until(.rollbackTriggered)
            #expect(test.events(.rollbackTriggered).first?.generation == 3)
            // The build that was left does not come back by itself.
            #expect(try await test.status().quarantine?.reason.contains("rolled back") == true)
            let history = try await test.host.history(of: "a")
            #expect(history.map(\.generation) == [1, 2, 3])
            #expect(history.last?.rollbackOf == 1)
            #expect(history.map(\.live) == [false, false, true])
        }
        // Also after a restart, with the bad build still in the directory.
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.call("version") == "1.0.0")
            #expect(try await test.call("value") == "5")
        }
    }

    @Test("holds after a restart for one that others need and one that needs others (HR-8, HR-12)")
    func amongDependents() async throws {
        let shop = try Workshop()
        // Their names sort against the order in which they need each other.
        let needs = ["a": "b", "b": "c", "c": ""]
        for (id, needed) in needs { try shop.install("id=\(id);deps=\(needed);tag=1", as: "lib\(id).so") }
        try await TestHost.run(shop.configuration()) { test async throws in
            try shop.install("id=b;deps=c;tag=2", as: "libb.so")
            try await test.until(generation: 2, of: "b")
            #expect(try await test.host.rollBack("b").success)
        }
        try await TestHost.run(shop.configuration()) { test async throws in
            for id in needs.keys { #expect(try await test.call("tag", of: id) == "1") }
            #expect(try await test.host.history(of: "a").allSatisfy { $0.rollbackOf == nil })
            // The word of the archive is the only one: nothing has failed.
            try await test.until(.rollbackTriggered)
            #expect(test.events(.rollbackTriggered).map(\.plugin) == ["b"])
            #expect(test.events(.reloadFailed).isEmpty)
            #expect(!test.log.contains { $0.level == .error })
        }
    }

    @Test("holds for the build that was left under whatever name it comes (HR-5, HR-8)")
    func otherName() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("increment", "5")
            try shop.install("id=a;version=1.1.0")
            try await test.until(generation: 2)
            #expect(try await test.host.rollBack("a").success)
            try shop.remove("liba.so")
            try await test.until(.pluginRemoved)
            try shop.install("id=a;version=1.1.0", as: "libb.so")
            try await test.until(generation: 4)
            #expect(try await test.call("version") == "1.0.0")
        }
        try shop.remove("libb.so")
        try shop.install("id=a;version=1.1.0", as: "libc.so")
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.call("version") == "1.0.0")
            #expect(try await test.call("value") == "5")
            // A command has it tried all the same.
            try await test.host.liftQuarantine(of: "a")
            try await test.until(generation: 6)
            #expect(try await test.call("version") == "1.1.0")
        }
    }

    @Test("comes for a bad build that had arrived while the plugin was stopped, once that is started")
    func cameWhileStopped() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        let configuration = shop.configuration {
            $0.probation = .seconds(3600)
            $0.probationHealthInterval = .milliseconds(10)
        }
        try await TestHost.run(configuration) { test async throws in
            _ = try await test.call("increment", "5")
            #expect(try await test.host.stopPlugin("a").success)
            // It is asked once when it is started.
            try shop.install("id=a;tag=2;unhealthyafter=1")
            try await test.until(generation: 2)
            #expect(try await test.host.startPlugin("a").success)
            try await test.until(.rollbackTriggered)
            #expect(try await test.call("tag") == "1")
            #expect(try await test.call("value") == "5")
        }
    }

    @Test("brings the state back that a plugin was made to forget", arguments: [Isolation.inProcess, .process])
    func forgotten(isolation: Isolation) async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try shop.install("id=b;stateless=1", as: "libb.so")
        try await TestHost.run(shop.isolated(isolation)) { test async throws in
            _ = try await test.call("increment", "5")
            let reset = try await test.host.resetState(of: "a")
            #expect(reset.success && reset.generation == 2 && !reset.statePreserved)
            #expect(try await test.call("value") == "0")
            let refused = try await test.host.resetState(of: "b")
            #expect(!refused.success && refused.error == "b keeps no state")
            #expect(try await test.host.rollBack("a").success)
            #expect(try await test.call("value") == "5")
            #expect(try await test.host.resetState(of: "a").success)
            // The restart must not find anything older.
            #expect(try await test.call("value") == "0")
        }
        try await TestHost.run(shop.isolated(isolation)) { test async throws in
            #expect(try await test.call("value") == "0")
        }
    }

    @Test("twice is where the host begins again, whatever the file has (HR-8)")
    func staysFurtherBack() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        try await TestHost.run(shop.configuration()) { test async throws in
            for minor in 1...2 {
                try shop.install("id=a;version=1.\(minor).0")
                try await test.until(.reloadCompleted, count: minor)
            }
            for _ in 0..<2 { #expect(try await test.host.rollBack("a").success) }
            #expect(try await test.call("version") == "1.0.0")
            #expect(await test.host.reload(["a"]).map(\.code) == ["quarantined"])
        }
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.call("version") == "1.0.0")
            // Forward again: what was set aside serves, and is not set aside any more.
            let last = try #require(await test.host.history(of: "a").last { $0.version == "1.2.0" })
            #expect(try await test.host.rollBack("a", to: last.generation).success)
            #expect(try await test.call("version") == "1.2.0")
            #expect(await test.host.quarantines().isEmpty)
        }
    }

    @Test("to a named generation works after a restart of the host (HR-8)")
    func goesBackAfterRestart() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("increment", "5")
            for minor in 1...2 {
                try shop.install("id=a;version=1.\(minor).0")
                try await test.until(.reloadCompleted, count: minor)
                _ = try await test.call("increment", "100")
            }
        }
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.call("value") == "205")
            let result = try await test.host.rollBack("a", to: 1)
            #expect(result.success)
            #expect(try await test.call("version") == "1.0.0")
            #expect(try await test.call("value") == "5")
            let wrong = try await test.host.rollBack("a", to: 77)
            #expect(wrong.success == false)
            #expect(wrong.error?.contains("77") == true)
        }
    }

    @Test("to a generation without a state leaves the state for the way forward (HR-8)")
    func keepsWhatIsLeft() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0;stateless=1")
        try await TestHost.run(shop.configuration()) { test async throws in
            try shop.install("id=a;version=1.1.0")
            try await test.until(generation: 2)
            _ = try await test.call("increment", "41")
            #expect(try await test.host.rollBack("a").success)
            #expect(try await test.call("version") == "1.0.0")
            #expect(try await test.host.rollBack("a", to: 2).success)
            #expect(try await test.call("value") == "41")
        }
    }

    @Test("to a generation without a state comes though the one that is left can't save its own")
    func leavesWhatCanNotSave() async throws {
        let shop = try Workshop()
        let fails = shop.root + "/fails"
        try shop.install("id=a;version=1.0.0;stateless=1")
        try await TestHost.run(shop.configuration()) { test async throws in
            try shop.install("id=a;version=1.1.0;fail=save;while=\(fails)")
            try await test.until(generation: 2)
            _ = FileManager.default.createFile(atPath: fails, contents: nil)
            #expect(try await test.host.rollBack("a").success)
            #expect(try await test.call("version") == "1.0.0")
        }
    }

    @Test("each goes one further back")
    func goesFurtherBack() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        try await TestHost.run(shop.configuration()) { test async throws in
            for minor in 1...2 {
                try shop.install("id=a;version=1.\(minor).0")
                try await test.until(.reloadCompleted, count: minor)
            }
            _ = try await test.host.rollBack("a")
            #expect(try await test.call("version") == "1.1.0")
            _ = try await test.host.rollBack("a")
            #expect(try await test.call("version") == "1.0.0")
            let end = try await test.host.rollBack("a")
            #expect(end.success == false)
            #expect(try await test.call("version") == "1.0.0")
        }
    }

    @Test("comes by itself when a generation is unhealthy on probation (HR-4)")
    func comesByItself() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        let configuration = shop.configuration {
            $0.probation = .seconds(30)
            $0.probationHealthInterval = .milliseconds(10)
        }
        try await TestHost.run(configuration) { test async throws in
            _ = try await test.call("increment", "5")
            try shop.install("id=a;version=1.1.0;unhealthyafter=2")
            try await test.until(.rollbackTriggered)
            #expect(try await test.call("version") == "1.0.0")
            #expect(try await test.call("value") == "5")
            #expect(test.events(.rollbackTriggered).first?.reason?.contains("unhealthy") == true)
            #expect(try await test.status().quarantine?.reason.contains("unhealthy") == true)
        }
    }

    @Test("comes by itself when too many calls fail on probation (HR-4)")
    func comesWithFailures() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        let configuration = shop.configuration {
            $0.probation = .seconds(30)
            $0.probationFailures = 3
        }
        try await TestHost.run(configuration) { test async throws in
            try shop.install("id=a;version=1.1.0;fail=execute")
            try await test.until(generation: 2)
            for _ in 1...4 { _ = try? await test.call("value") }
            try await test.until(.rollbackTriggered)
            #expect(try await test.call("version") == "1.0.0")
        }
    }

    @Test(
        "comes by itself though the build on probation was begun anew, and goes to the build before",
        arguments: 0...2
    )
    func comesWhenMadeAnew(how: Int) async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        let configuration = shop.isolated {
            $0.probation = .seconds(30)
            $0.probationFailures = 3
        }
        try await TestHost.run(configuration) { test async throws in
            _ = try await test.call("increment", "5")
            try shop.install("id=a;version=1.1.0;fail=execute")
            try await test.until(generation: 2)
            switch how {
            case 0: _ = try await test.host.configure("a", "limit", .integer(1))
            case 1: _ = try await test.host.resetState(of: "a")
            default: _ = try await test.host.isolate("a", .inProcess)
            }
            #expect(try await test.status().generation == 3)
            #expect(try await test.host.history(of: "a").last?.committed == false)
            for _ in 1...4 { _ = try? await test.call("value") }
            try await test.until(.rollbackTriggered)
            #expect(try await test.call("version") == "1.0.0")
            #expect(try await test.call("value") == "5")
        }
    }

    @Test("comes when a plugin goes on that was paused as it failed its probation (HR-4)")
    func comesAfterPause() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0;concurrent=1")
        let configuration = shop.configuration {
            ($0.probation, $0.probationFailures) = (.seconds(3600), 2)
            $0.probationHealthInterval = .milliseconds(10)
        }
        try await TestHost.run(configuration) { test async throws in
            // Its calls fail while it is drained for the pause.
            let gate = shop.root + "/gate"
            _ = FileManager.default.createFile(atPath: gate, contents: nil)
            try shop.install("id=a;version=1.1.0;fail=execute;hold-execute=\(gate);concurrent=1")
            try await test.until(generation: 2)
            let handle = try await test.host.plugin("a")
            let calls = (0..<3).map { _ in OnThread { _ = try? handle.call("value", text: "") } }
            try await test.until("they are in flight") { try await test.status().inFlight == 3 }
            let pause = Task { try await test.host.pausePlugin("a") }
            let slot = try await test.host.conductor.slot(of: "a")
            try await test.until("it takes no calls") { slot.current?.pointee.isClosed == true }
            try FileManager.default.removeItem(atPath: gate)
            let paused = try await pause.value
            #expect(paused.success && paused.state == "paused", "\(paused)")
            for call in calls { try await call.value }
            #expect(try await test.host.resumePlugin("a").success)
            try await test.until(.rollbackTriggered)
            #expect(try await test.call("version") == "1.0.0")
        }
    }

    @Test("comes to the build before by a crash too, though the one on probation was made anew (RS-7)")
    func comesByCrashWhenMadeAnew() async throws {
        let shop = try Workshop()
        let crashes = shop.root + "/crashes"
        try shop.install("id=a;version=1.0.0")
        try await TestHost.run(shop.isolated { $0.probation = .seconds(3600) }) { test async throws in
            try shop.install("id=a;version=1.1.0;crash=execute;while=\(crashes)")
            try await test.until(generation: 2)
            _ = try await test.host.configure("a", "limit", .integer(1))
            #expect(try await test.status().generation == 3)
            _ = FileManager.default.createFile(atPath: crashes, contents: nil)
            await #expect(throws: PluginError.self) { try await test.call("value") }
            try await test.until(.rollbackTriggered)
            #expect(try await test.call("version") == "1.0.0")
        }
    }

    @Test("does not come after the probation time, nor when it is switched off (HR-2)", arguments: [true, false])
    func doesNotCome(afterProbation: Bool) async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        let configuration = shop.configuration {
            $0.probation = afterProbation ? .milliseconds(20) : .seconds(30)
            $0.probationHealthInterval = .milliseconds(10)
            $0.probationFailures = 0
            $0.rollsBackAutomatically = afterProbation
        }
        try await TestHost.run(configuration) { test async throws in
            try shop.install("id=a;version=1.1.0")
            try await test.until(.reloadCompleted)
            if afterProbation {
                try await test.until("the generation is committed") {
                    try await test.host.history(of: "a").last?.committed == true
                }
            }
            _ = try? await test.call("fail")
            if !afterProbation { try await test.until(.error) }
            #expect(try await test.call("version") == "1.1.0")
            #expect(test.events(.rollbackTriggered).isEmpty)
        }
    }

    @Test("is where the host boots when the file in the directory is bad (HR-5)")
    func bootsOnCommittedGeneration() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("increment", "5")
        }
        try shop.install("id=a;version=1.1.0;fail=start")
        try await TestHost.run(shop.configuration { $0.maximumAttempts = 1 }) { test async throws in
            #expect(try await test.call("version") == "1.0.0")
            #expect(try await test.call("value") == "5")
            #expect(try await test.status().quarantine?.reason.contains("asked to fail at start") == true)
        }
        // And again, now that the build is known to be bad.
        try await TestHost.run(shop.configuration { $0.maximumAttempts = 1 }) { test async throws in
            #expect(try await test.call("value") == "5")
            #expect(test.events(.reloadFailed).isEmpty)
        }
    }

    @Test("tells what is wrong with the file that is there, and not with one that was (HR-3)")
    func tellsThePresentReason() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("increment", "5")
        }
        try shop.install("id=a;version=1.1.0;fail=start")
        try await TestHost.run(shop.configuration { $0.maximumAttempts = 1 }) { test async throws in
            #expect(try await test.status().quarantine != nil)
        }
        try shop.install("id=a;version=1.2.0;fail=initialise")
        try await TestHost.run(shop.configuration()) { test async throws in
            try await test.until(.rollbackTriggered)
            let reason = try #require(test.events(.rollbackTriggered).first?.reason)
            #expect(reason.contains("asked to fail at initialise"), "\(reason)")
        }
    }

    @Test("is not where the host boots if the file is in no directory that is watched any more (HR-5)")
    func bootsElsewhere() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("increment", "5")
        }
        let elsewhere = shop.root + "/elsewhere"
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: false)
        try await TestHost.run(shop.configuration { $0.pluginDirectories = [elsewhere] }) { test async throws in
            #expect(await test.host.status().plugins.map(\.id) == [])
        }
        // Its state waits for it.
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.call("value") == "5")
        }
    }

    @Test("is where the host boots while the file in the directory is still being written (HR-5, HR-9)")
    func bootsWhileFileIsWritten() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("increment", "5")
        }
        let next = try Workshop.adaptable("id=a;version=1.1.0")
        let writer = FileHandle(
            fileDescriptor: open(shop.path("liba.so"), O_WRONLY | O_TRUNC | O_CLOEXEC),
            closeOnDealloc: true
        )
        try writer.write(contentsOf: next.prefix(5000))
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.call("version") == "1.0.0")
            #expect(try await test.call("increment") == "6")
            try writer.write(contentsOf: next.dropFirst(5000))
            try writer.close()
            try await test.until("the new build") { try await test.call("version") == "1.1.0" }
            #expect(try await test.call("increment") == "7")
            #expect(test.events(.reloadFailed).isEmpty)
        }
    }
}
