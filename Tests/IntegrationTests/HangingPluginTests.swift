import Foundation
import TestSupport
import Testing

@testable import PluginHost

@Suite("A plugin with a function of its life that hangs", .limited, .timeLimit(.minutes(10)))
struct HangingPluginTests {
    @Test(
        "is not started beside a start that hangs, and what hangs is not touched any more (LM-1)",
        arguments: LifecycleTests.Place.allCases,
        ["start", "stop"]
    )
    func hangs(place: LifecycleTests.Place, step: String) async throws {
        let shop = try Workshop()
        let hangs = shop.root + "/hangs"
        try shop.install("id=a;hang=\(step);fail=unload;while=\(hangs)")
        let configuration = place.configuration(shop) { $0.lifecycleTimeout = .seconds(3) * Sanitizer.patience }
        try await TestHost.run(configuration) { test async throws in
            _ = try await test.call("increment", "41")
            if step == "start" { #expect(try await test.host.stopPlugin("a").success) }
            _ = FileManager.default.createFile(atPath: hangs, contents: nil)
            defer { try? FileManager.default.removeItem(atPath: hangs) }
            let result = step == "start" ? try await test.host.startPlugin("a") : try await test.host.stopPlugin("a")
            #expect(result.code == "timed-out" && result.state == "error", "\(result)")
            #expect(try await test.host.startPlugin("a").code == "illegal-transition")
            try shop.install("id=a;tag=2")
            try await test.until(generation: 2)
            try await test.until("it is written down") { try await test.host.history(of: "a").count == 2 }
            #expect(try await test.call("tag") == "2")
            #expect(try await test.call("value") == "41")
            // What the instance had of memory is still used by the thread that hangs in it.
            #expect(!test.log.contains { $0.message.contains("unload") }, "\(test.log.map(\.message))")
        }
    }

    @Test("goes on with its own work when a pause that was given up comes back at last", arguments: [true, false])
    func pausesLate(isByHand: Bool) async throws {
        let shop = try Workshop()
        let hangs = shop.root + "/hangs"
        try shop.install("id=a;hang=pause;while=\(hangs)")
        let configuration = shop.configuration {
            $0.lifecycleTimeout = .seconds(3)
            $0.maximumAttempts = 1
        }
        try await TestHost.run(configuration) { test async throws in
            _ = FileManager.default.createFile(atPath: hangs, contents: nil)
            if isByHand {
                #expect(try await test.host.pausePlugin("a").code == "timed-out")
            } else {
                try shop.install("id=a;tag=2")
                try await test.until(.reloadFailed)
            }
            #expect(try await test.call("events").hasSuffix("pause"))
            try FileManager.default.removeItem(atPath: hangs)
            try await test.until("it goes on") { try await test.call("events").hasSuffix("pause,resume") }
            #expect(try await test.status().state == "running")
        }
    }

    @Test(
        "is ended when its start, stop or save comes back at last, whether another has taken its place by then or not",
        arguments: ["start", "stop", "save"],
        [true, false]
    )
    func comesBack(step: String, isEarly: Bool) async throws {
        let shop = try Workshop()
        let hangs = shop.root + "/hangs"
        let says = #"ask-stop=ph.shared-state/1 set {"key":"stop"};ask-unload=ph.shared-state/1 set {"key":"unload"}"#
        try shop.install("id=a;perms=state.shared;hang=\(step);while=\(hangs);\(says)")
        let configuration = shop.configuration {
            $0.lifecycleTimeout = .seconds(3)
            $0.permissions = PermissionPolicy([.init(plugins: "*", grant: ["state.shared"])])
        }
        try await TestHost.run(configuration) { test async throws in
            let values = test.host.sharedState
            if step == "start" { #expect(try await test.host.stopPlugin("a").success) }
            values.remove("stop")
            _ = FileManager.default.createFile(atPath: hangs, contents: nil)
            let result = step == "start" ? try await test.host.startPlugin("a") : try await test.host.stopPlugin("a")
            #expect(result.code == "timed-out", "\(result)")
            values.remove("stop")
            if isEarly { try FileManager.default.removeItem(atPath: hangs) }
            try shop.install("id=a;tag=2")
            try await test.until(generation: 2)
            if !isEarly {
                #expect(values.keys() == [])
                try FileManager.default.removeItem(atPath: hangs)
            }
            try await test.until("it has ended") { values.value(of: "unload") != nil }
            // What has started at last is stopped, and so is what was to be stopped after its save.
            #expect((values.value(of: "stop") != nil) == (step != "stop"))
            #expect(try await test.call("tag") == "2")
        }
    }

    @Test("is ended by the pause of a reload that hangs, when that comes back and its file has gone meanwhile")
    func comesBackFromReload() async throws {
        let shop = try Workshop()
        let hangs = shop.root + "/hangs"
        let says = #"ask-stop=ph.shared-state/1 set {"key":"stop"};ask-unload=ph.shared-state/1 set {"key":"unload"}"#
        try shop.install("id=a;tag=1;perms=state.shared;hang=pause;while=\(hangs);\(says)")
        let configuration = shop.configuration {
            ($0.lifecycleTimeout, $0.maximumAttempts) = (.seconds(3), 1)
            $0.permissions = PermissionPolicy([.init(plugins: "*", grant: ["state.shared"])])
        }
        try await TestHost.run(configuration) { test async throws in
            _ = FileManager.default.createFile(atPath: hangs, contents: nil)
            try shop.install("id=a;tag=2")
            try await test.until(.reloadFailed)
            #expect(try await test.call("tag") == "1")
            try await remove(shop, test, endsAfter: hangs, saying: ["stop", "unload"])
        }
    }

    @Test(
        "is ended by the last one that hangs in it, whatever it hangs in",
        arguments: [["pause", "stop"], ["resume"]]
    )
    func hangsInSeveral(steps: [String]) async throws {
        let shop = try Workshop()
        let (first, other) = (shop.root + "/first", shop.root + "/other")
        let files = zip(steps, [first, other])
        let holds = files.map { ";hold-\($0)=\($1)" }.joined()
        let says = #"ask-unload=ph.shared-state/1 set {"key":"unload"}"#
        try shop.install("id=a;stateless=1;perms=state.shared\(holds);\(says)")
        let configuration = shop.configuration {
            $0.lifecycleTimeout = .seconds(3)
            $0.permissions = PermissionPolicy([.init(plugins: "*", grant: ["state.shared"])])
        }
        try await TestHost.run(configuration) { test async throws in
            for (step, file) in files {
                if step == "resume" { #expect(try await test.host.pausePlugin("a").success) }
                _ = FileManager.default.createFile(atPath: file, contents: nil)
                let result =
                    switch step {
                    case "pause": try await test.host.pausePlugin("a")
                    case "resume": try await test.host.resumePlugin("a")
                    default: try await test.host.stopPlugin("a")
                    }
                #expect(result.code == "timed-out", "\(result)")
            }
            try? FileManager.default.removeItem(atPath: other)
            try await remove(shop, test, endsAfter: first, saying: ["unload"])
        }
    }

    @Test(
        "is not asked for its state beside a pause that hangs, whether it is removed or stopped",
        arguments: [true, false]
    )
    func savesNothing(isRemoved: Bool) async throws {
        let shop = try Workshop()
        let hangs = shop.root + "/hangs"
        let says = ["save", "stop"].map { #"ask-\#($0)=ph.shared-state/1 set {"key":"\#($0)"}"# }.joined(separator: ";")
        try shop.install("id=a;perms=state.shared;hold-pause=\(hangs);\(says)")
        let configuration = shop.configuration {
            $0.lifecycleTimeout = .seconds(2)
            $0.permissions = PermissionPolicy([.init(plugins: "*", grant: ["state.shared"])])
        }
        try await TestHost.run(configuration) { test async throws in
            _ = FileManager.default.createFile(atPath: hangs, contents: nil)
            #expect(try await test.host.pausePlugin("a").code == "timed-out")
            if isRemoved {
                try await remove(shop, test, endsAfter: hangs, saying: ["stop"])
                #expect(test.events(.error).contains { $0.error?.contains("its state was not saved") == true })
            } else {
                let result = try await test.host.stopPlugin("a")
                #expect(result.code == "timed-out" && result.error?.contains("has not returned") == true, "\(result)")
                #expect(test.host.sharedState.keys() == [])
                try FileManager.default.removeItem(atPath: hangs)
            }
        }
    }

    @Test("is left to its resume that hangs after a reload that has failed")
    func hangsOnTheWayBack() async throws {
        let shop = try Workshop()
        let hangs = shop.root + "/hangs"
        let says = #"ask-unload=ph.shared-state/1 set {"key":"unload"}"#
        try shop.install("id=a;tag=1;perms=state.shared;hold-resume=\(hangs);\(says)")
        let configuration = shop.configuration {
            ($0.lifecycleTimeout, $0.maximumAttempts) = (.seconds(3), 1)
            $0.permissions = PermissionPolicy([.init(plugins: "*", grant: ["state.shared"])])
        }
        try await TestHost.run(configuration) { test async throws in
            _ = FileManager.default.createFile(atPath: hangs, contents: nil)
            try shop.install("id=a;tag=2;fail=start")
            try await test.until(.reloadFailed)
            #expect(try await test.call("tag") == "1")
            try await remove(shop, test, endsAfter: hangs, saying: ["unload"])
        }
    }

    /// Removes the plugin's file, and lets the thread return that hangs in it: then it ends, and not before.
    private func remove(
        _ shop: Workshop,
        _ test: TestHost,
        endsAfter file: String,
        saying keys: [String]
    ) async throws {
        try shop.remove("liba.so")
        try await test.until(.pluginRemoved)
        // What the instance had of memory is still used by that thread.
        #expect(test.host.sharedState.keys() == [])
        try FileManager.default.removeItem(atPath: file)
        try await test.until("it has ended") { test.host.sharedState.keys() == keys }
    }
}
