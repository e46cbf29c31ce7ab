import Foundation
import TestSupport
import Testing

@testable import PluginHost

@Suite("A plugin that others depend on", .limited, .timeLimit(.minutes(10)))
struct DependentTests {
    @Test("tells them when it is replaced, goes down and is back", arguments: LifecycleTests.Place.allCases)
    func told(place: LifecycleTests.Place) async throws {
        let shop = try Workshop()
        try shop.install("id=base;tag=1", as: "libbase.so")
        try shop.install("id=top;deps=base", as: "libtop.so")
        try await TestHost.run(place.configuration(shop)) { test async throws in
            try await test.until("both run") {
                await test.host.status().plugins.map(\.state) == ["running", "running"]
            }
            #expect(try await test.host.stopPlugin("base").success)
            #expect(try await test.call("dependency", of: "top") == "down:base:1")
            #expect(try await test.host.startPlugin("base").success)
            #expect(try await test.call("dependency", of: "top") == "back:base:1")
            try shop.install("id=base;tag=2", as: "libbase.so")
            try await test.until(generation: 2, of: "base")
            try await test.until("it is told") { try await test.call("dependency", of: "top") == "base:2" }
        }
    }

    @Test(
        "holds those that ask for it while it is away, also after a crash",
        arguments: ["stop", "crash", "removal", "bad build"]
    )
    func paused(cause: String) async throws {
        let shop = try Workshop()
        try shop.install("id=base;crash=execute;while=\(shop.root)/crashes", as: "libbase.so")
        try shop.install("id=top;deps=base;pauses=1", as: "libtop.so")
        let configuration = shop.isolated { ($0.restartLimits.maximumRestarts, $0.maximumAttempts) = (0, 1) }
        try await TestHost.run(configuration) { test async throws in
            try await test.until("both run") {
                await test.host.status().plugins.map(\.state) == ["running", "running"]
            }
            switch cause {
            case "stop": #expect(try await test.host.stopPlugin("base").success)
            case "crash":
                _ = FileManager.default.createFile(atPath: "\(shop.root)/crashes", contents: nil)
                await #expect(throws: PluginError.self) { try await test.call("value", of: "base") }
                try FileManager.default.removeItem(atPath: "\(shop.root)/crashes")
            default: try FileManager.default.removeItem(atPath: shop.path("libbase.so"))
            }
            try await test.until("it is held") { try await test.status("top").state == "paused" }
            let handle = try await test.host.plugin("top")
            let call = OnThread { try handle.call("value", text: "") }
            try await test.until("its call is held") { try await test.status("top").heldCalls == 1 }
            switch cause {
            case "stop": #expect(try await test.host.startPlugin("base").success)
            case "crash":
                try await test.until("it is down") { try await test.status("base").state == "error" }
                #expect(await test.host.reload(["base"]).map(\.success) == [true])
            // The one that has served before comes back for it.
            case "bad build": try shop.install("id=base;fail=start", as: "libbase.so")
            default: try shop.install("id=base", as: "libbase.so")
            }
            #expect(try await call.value == "0")
            #expect(try await test.status("top").state == "running")
        }
    }

    @Test("holds them at its next absence too, though they were let go on by hand in this one")
    func resumedByHand() async throws {
        let shop = try Workshop()
        try shop.install("id=base", as: "libbase.so")
        try shop.install("id=top;deps=base;pauses=1", as: "libtop.so")
        try await TestHost.run(shop.configuration()) { test async throws in
            func stopBase() async throws {
                #expect(try await test.host.stopPlugin("base").success)
                try await test.until("it is held") { try await test.status("top").state == "paused" }
            }
            try await stopBase()
            #expect(try await test.host.resumePlugin("top").success)
            #expect(try await test.host.startPlugin("base").success)
            try await stopBase()
            // What was paused by hand stays so, whoever comes back.
            #expect(try await test.host.resumePlugin("top").success)
            #expect(try await test.host.pausePlugin("top").success)
            #expect(try await test.host.startPlugin("base").success)
            #expect(try await test.status("top").state == "paused")
        }
    }

    @Test("is replaced without a call of theirs being lost when they are held for it")
    func replaced() async throws {
        let shop = try Workshop()
        try shop.install("id=base;tag=0", as: "libbase.so")
        try shop.install("id=top;deps=base;pauses=1", as: "libtop.so")
        try await TestHost.run(shop.configuration()) { test async throws in
            let handle = try await test.host.plugin("top")
            let isOver = Flag()
            let calls = OnThread {
                var count = 0
                while !isOver.isSet {
                    _ = try handle.call("increment", text: "1")
                    count += 1
                }
                return count
            }
            for tag in 1...5 {
                try shop.install("id=base;tag=\(tag)", as: "libbase.so")
                try await test.until(generation: UInt64(tag + 1), of: "base")
            }
            // What is told of the last one comes after what was told of those that it holds.
            try await test.until(.reloadCompleted, count: 5)
            isOver.set()
            let count = try await calls.value
            #expect(try await test.call("value", of: "top") == "\(count)")
            #expect(test.events(.stateChanged).count { $0.plugin == "top" && $0.new == "paused" } == 5)
        }
    }

    @Test("holds them while it is stopped, though a new build comes or its process ends", arguments: [false, true])
    func stopped(processEnds: Bool) async throws {
        let shop = try Workshop()
        try shop.install("id=base;tag=1", as: "libbase.so")
        try shop.install("id=top;deps=base;pauses=1", as: "libtop.so")
        try shop.install("id=told;deps=base", as: "libtold.so")
        try await TestHost.run(shop.isolated()) { test async throws in
            try await test.until("all run") {
                await test.host.status().plugins.map(\.state) == ["running", "running", "running"]
            }
            #expect(try await test.host.stopPlugin("base").success)
            if processEnds {
                let process = try #require(await test.host.conductor.processes()["base"])
                #expect(kill(process, SIGKILL) == 0)
                try await test.until(.restarted)
            } else {
                try shop.install("id=base;tag=2", as: "libbase.so")
                try await test.until(.reloadCompleted)
            }
            // Whatever was told was told before this.
            #expect(await test.host.reload(["base"]).map(\.unchanged) == [true])
            #expect(try await test.status("top").state == "paused")
            #expect(try await test.call("dependency", of: "told") == "down:base:1")
            #expect(try await test.host.startPlugin("base").success)
            #expect(try await test.status("top").state == "running")
        }
    }

    @Test("has those tried again that need the version to which it is rolled back (HR-12)")
    func rolledBack() async throws {
        let shop = try Workshop()
        try shop.install("id=base;version=1.0.0;stateless=1", as: "libbase.so")
        try shop.install("id=top;deps=base@1.0.0;tag=1", as: "libtop.so")
        try await TestHost.run(shop.configuration()) { test async throws in
            try await test.until("both run") {
                await test.host.status().plugins.map(\.state) == ["running", "running"]
            }
            try shop.install("id=base;version=2.0.0;stateless=1", as: "libbase.so")
            try await test.until(generation: 2, of: "base")
            try shop.install("id=top;deps=base@1.0.0;tag=2", as: "libtop.so")
            try await test.until(.reloadFailed)
            #expect(test.events(.reloadFailed).first?.error?.hasPrefix("dependency") == true)
            #expect(try await test.host.rollBack("base").success)
            try await test.until(generation: 2, of: "top")
        }
    }

    @Test(
        "says of those that serve beside a version of it that they can't do with (HR-12)",
        arguments: ["rollback", "reload"]
    )
    func unsuitable(way: String) async throws {
        let shop = try Workshop()
        try shop.install("id=base;version=1.0.0", as: "libbase.so")
        try await TestHost.run(shop.configuration()) { test async throws in
            try shop.install("id=base;version=1.2.0", as: "libbase.so")
            try await test.until(generation: 2, of: "base")
            try shop.install("id=top;deps=base@1.2.0", as: "libtop.so")
            try await test.until(generation: 1, of: "top")
            if way == "rollback" {
                #expect(try await test.host.rollBack("base").warnings?.count == 1)
            } else {
                try shop.install("id=base;version=1.1.0", as: "libbase.so")
            }
            try await test.until(generation: 3, of: "base")
            let version = way == "rollback" ? "1.0.0" : "1.1.0"
            try await test.until("it is said") { try await test.status("top").lastError != nil }
            let error = try #require(try await test.status("top").lastError)
            #expect(error.contains("needs plugin 'base' 1.2.0") && error.contains("there is version '\(version)'"))
            func warnings() -> Int { test.log.count { $0.level == .warning && $0.name == "top" } }
            #expect(warnings() == 1)
            #expect(try await test.call("value", of: "top") == "0")
            // What suits it again ends that.
            try shop.install("id=base;version=1.3.0", as: "libbase.so")
            try await test.until(generation: 4, of: "base")
            try await test.until("all is well") { try await test.status("top").lastError == nil }
            #expect(warnings() == 1)
        }
    }

    @Test("does not complain of one that was let go on by hand as it came back")
    func resumedMeanwhile() async throws {
        let shop = try Workshop()
        let flag = shop.root + "/flag"
        try shop.install("id=base", as: "libbase.so")
        try shop.install("id=top;deps=base;pauses=1;hang=resume;while=\(flag)", as: "libtop.so")
        try await TestHost.run(shop.configuration { $0.reloadsInParallel = true }) { test async throws in
            try await test.until("both run") {
                await test.host.status().plugins.map(\.state) == ["running", "running"]
            }
            #expect(try await test.host.stopPlugin("base").success)
            #expect(try await test.status("top").state == "paused")
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            let resume = Task { try await test.host.resumePlugin("top") }
            try await test.until("it is resumed") { FileManager.default.fileExists(atPath: flag + ".reached") }
            let start = Task { try await test.host.startPlugin("base") }
            try await test.until("the other is back") { try await test.status("base").state == "running" }
            try FileManager.default.removeItem(atPath: flag)
            #expect(try await resume.value.success)
            #expect(try await start.value.success)
            #expect(try await test.status("top").lastError == nil)
        }
    }

    @Test(
        "is started again after a crash though one of them is busy, which hears of it afterwards (RS-7)",
        arguments: ["", "concurrent=1;pauses=1"]
    )
    func busy(kind: String) async throws {
        let shop = try Workshop()
        try shop.install("id=base", as: "libbase.so")
        try shop.install("id=top;deps=base;\(kind)", as: "libtop.so")
        try await TestHost.run(shop.isolated()) { test async throws in
            try await test.until("both run") {
                await test.host.status().plugins.map(\.state) == ["running", "running"]
            }
            let handle = try await test.host.plugin("top")
            let end = shop.root + "/end"
            let call = OnThread { try handle.call("block", text: end) }
            try await test.until("it is busy") { try await test.status("top").inFlight == 1 }
            let process = try #require(await test.host.conductor.processes()["base"])
            #expect(kill(process, SIGKILL) == 0)
            try await test.until(.restarted)
            #expect(try await test.call("value", of: "base") == "0")
            _ = FileManager.default.createFile(atPath: end, contents: nil)
            _ = try await call.value
            try await test.until("it is told") { try await test.call("dependency", of: "top") == "back:base:1" }
        }
    }

    @Test("does not wait to tell one that is paused by hand meanwhile", arguments: [0, 1])
    func pausedMeanwhile(concurrent: Int) async throws {
        let shop = try Workshop()
        try shop.install("id=base", as: "libbase.so")
        try shop.install("id=top;deps=base;concurrent=\(concurrent)", as: "libtop.so")
        try await TestHost.run(shop.configuration()) { test async throws in
            let slot = try await test.host.conductor.slot(of: "top")
            let (end, handle) = (shop.root + "/end", try await test.host.plugin("top"))
            let call = OnThread { try handle.call("block", text: end) }
            try await test.until("it is busy") { try await test.status("top").inFlight == 1 }
            let pause = Task { try await test.host.pausePlugin("top") }
            try await test.until("it takes no calls") { unsafe slot.current?.pointee.isClosed == true }
            let stop = Task { try await test.host.stopPlugin("base") }
            try await test.until("the other is stopped") { try await test.status("base").state == "stopped" }
            _ = FileManager.default.createFile(atPath: end, contents: nil)
            #expect(try await pause.value.success)
            #expect(try await stop.value.success)
            #expect(try await test.status("top").state == "paused")
            _ = try await call.value
        }
    }
}
