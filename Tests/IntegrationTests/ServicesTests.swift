import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("The host's services for a plugin", .limited, .timeLimit(.minutes(10)))
struct ServicesTests {
    @Test("carry its events, its log and its settings (PL-5, PL-7)")
    func carryEvents() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        let configuration = shop.configuration {
            $0.plugins["a"] = PluginSettings(settings: .object(["depth": .integer(3)]))
        }
        try await TestHost.run(configuration) { test async throws in
            _ = try await test.call("emit", "payload")
            try await test.until(.custom)
            let event = try #require(test.events(.custom).first)
            #expect(event.plugin == "a" && event.type == "test" && event.data == Array("payload".utf8))
            #expect(event.generation == 1)
            _ = try await test.call("log", "a word")
            #expect(test.log.contains { $0.name == "a" && $0.level == .info && $0.message == "a word" })
            #expect(try await test.call("config") == #"{"depth":3}"#)
        }
    }

    @Test("tell dependents of a reload, and load who waited for a dependency (HR-12)")
    func tellDependents() async throws {
        let shop = try Workshop()
        try shop.install("id=a;deps=b", as: "liba.so")
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.status().lastError?.contains("'b'") == true)
            #expect(try await test.status().quarantine == nil)
            try shop.install("id=b;tag=1", as: "libb.so")
            try await test.until("a runs") { try await test.status().state == "running" }
            try shop.install("id=b;tag=2", as: "libb.so")
            try await test.until("a is told") { try await test.call("dependency") == "b:2" }
        }
    }

    @Test("give errors of calls as code, status and message (PL-8)")
    func giveErrors() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.configuration()) { test async throws in
            let handle = try await test.host.plugin("a")
            let unknown = #expect(throws: PluginError.self) { try handle.call("nothing") }
            #expect(unknown?.code == .methodNotFound)
            let own = #expect(throws: PluginError.self) { try handle.call("failcode") }
            #expect(own?.code == .failed && own?.status == 1234)
            #expect(own?.message.hasPrefix("a: failcode: ") == true)
            #expect(try handle.call("echo", Array(repeating: 7, count: 1 << 20)).count == 1 << 20)
            #expect(try await test.status().failedCalls == 0)
        }
    }

    @Test("make a call wait no longer than its timeout while the plugin is busy (PL-8)")
    func keepDeadlines() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.configuration()) { test async throws in
            let handle = try await test.host.plugin("a")
            let end = shop.root + "/end"
            let busy = OnThread { try handle.call("block", text: end) }
            try await test.until("the call is in flight") { try await test.status().inFlight == 1 }
            let late = OnThread { try handle.call("value", timeout: .milliseconds(20)) }
            await #expect(throws: PluginError.self) { try await late.value }
            _ = FileManager.default.createFile(atPath: end, contents: nil)
            _ = try await busy.value
            #expect(try await test.status().heldCalls == 0)
        }
    }

    @Test("refuse more calls than may be held")
    func boundHeldCalls() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.configuration { $0.maximumHeldCalls = 1 }) { test async throws in
            let handle = try await test.host.plugin("a")
            let end = shop.root + "/end"
            let busy = OnThread { try handle.call("block", text: end) }
            try await test.until("the call is in flight") { try await test.status().inFlight == 1 }
            let held = OnThread { try handle.call("value") }
            try await test.until("a call is held") { try await test.status().heldCalls == 1 }
            let refused = OnThread { () throws -> String in
                do throws(PluginError) {
                    _ = try handle.call("value")
                    return "answered"
                } catch {
                    return error.code.name
                }
            }
            #expect(try await refused.value == "busy")
            _ = FileManager.default.createFile(atPath: end, contents: nil)
            _ = try await (busy.value, held.value)
        }
    }

    @Test(
        "put the host's signal handlers back when an image changes them",
        .disabled(if: Sanitizer.isThread, "the thread sanitizer keeps the handlers of signals to itself")
    )
    func keepSignalHandlers() async throws {
        let shop = try Workshop()
        try shop.install("id=a;signals=1")
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(test.log.contains { $0.level == .warning && $0.message.contains("handlers of the signals") })
            var action = sigaction()
            sigaction(SIGUSR1, nil, &action)
            #expect(unsafeBitCast(action.__sigaction_handler, to: UInt.self) == 0)
        }
    }

    @Test("let a plugin work with others: the sample Reception (PL-6, RS-10, CH-3)", arguments: [false, true])
    func reception(isolated: Bool) async throws {
        let shop = try Workshop()
        try shop.install(try Workshop.product("Greeter"), as: "libgreeter.so")
        try shop.install(try Workshop.product("Reception"), as: "libreception.so")
        let grant = ["call:greeter", "hooks.run", "state.shared"]
        let change: (inout HostConfiguration) -> Void = {
            $0.permissions = PermissionPolicy([.init(plugins: "reception", grant: grant)])
        }
        let configuration = isolated ? shop.isolated(.process, change) : shop.configuration(change)
        for visitor in 1...2 {
            try await TestHost.run(configuration) { test async throws in
                let answer = try await test.call("welcome", "Ada", of: "reception")
                #expect(answer == "Hello, Ada! You are visitor \(visitor).")
                let farewell = try await test.host.runHooks("reception.farewell", .string("Goodbye"))
                #expect(farewell.value == .string("Goodbye, and thank you."))
                #expect(try await test.host.runTask("reception/beat").failures == 0)
                let part = await test.host.heartbeat().components.first { $0.name == "plugin/reception" }
                #expect(part?.state == .healthy)
            }
        }
    }

    @Test(
        "leave nothing of what a build says and shares whose reload fails, and say it when it serves (HR-4)",
        arguments: [Isolation.inProcess, .process]
    )
    func failedReload(isolation: Isolation) async throws {
        let shop = try Workshop()
        func publishes(_ step: String, _ text: String) -> String { "ask-\(step)=ph.events/1 publish a.said\n\(text)" }
        func sets(_ step: String, _ key: String) -> String {
            "ask-\(step)=ph.shared-state/1 set {\"key\":\"\(key)\"}\nnew"
        }
        try shop.install("id=a;tag=1;perms=state.shared")
        var configuration = isolation == .inProcess ? shop.configuration() : shop.isolated()
        configuration.maximumAttempts = 1
        configuration.permissions = PermissionPolicy([.init(plugins: "*", grant: ["state.shared"])])
        try await TestHost.run(configuration) { test async throws in
            let topics = try test.host.events(matching: "a.*")
            let values = test.host.sharedState
            let version = try values.set("old", to: Array("old".utf8))
            let fails = "id=a;tag=2;perms=state.shared;health=unhealthy;emits=load,start,stop"
            let asks = [publishes("load", "no"), sets("initialise", "fresh"), sets("start", "old")]
            try shop.install("\(fails);\(asks.joined(separator: ";"))")
            try await test.until(.reloadCompleted)
            #expect(test.events(.reloadCompleted).map(\.success) == [false])
            #expect(values.keys() == ["old"])
            #expect(values.value(of: "old")?.version == version)
            // The next one has the number of the one that failed.
            try shop.install(
                "id=a;tag=3;perms=state.shared;emits=start;\(publishes("start", "yes"));\(sets("load", "old"))"
            )
            try await test.until(generation: 2)
            try await test.until("it has emitted") { !test.events(.custom).isEmpty }
            #expect(test.events(.custom).compactMap(\.data).map { String(decoding: $0, as: UTF8.self) } == ["start"])
            #expect(values.value(of: "old")?.bytes == Array("new".utf8))
            var said = topics.makeAsyncIterator()
            #expect(await said.next()?.data == Array("yes".utf8))
        }
    }
}
