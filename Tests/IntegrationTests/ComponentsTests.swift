import Foundation
import PluginHost
import PluginHostCommands
import TestSupport
import Testing

/// What a plugin declares, from its load to its end (RS-9).
@Suite("The components of a plugin that runs", .limited, .timeLimit(.minutes(10)))
struct ComponentsTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    private static func names(_ test: TestHost, _ kind: String = "actions") async throws -> [String] {
        try await test.host.components().flatMap { plugin in
            guard case .object(let lists) = plugin.components, case .array(let items) = lists[kind] else {
                return [String]()
            }
            return items.compactMap { item in
                guard case .object(let fields) = item, case .string(let name) = fields["name"] else { return nil }
                return "\(plugin.plugin).\(plugin.generation) \(name)"
            }
        }
    }

    @Test(
        "come with it, change with it as a whole, and go with it, in C",
        arguments: [Isolation.inProcess, .process]
    )
    func wholes(isolation: Isolation) async throws {
        try shop.install("id=a;actions=one,two")
        try await TestHost.run(shop.isolated(isolation)) { test async throws in
            #expect(try await Self.names(test) == ["a.1 one", "a.1 two"])
            #expect(try await test.call("ph.action/one") == #"{"success":true,"text":"one was done"}"#)
            try shop.install("id=a;actions=two,three;version=1.1.0")
            try await test.until(.reloadCompleted)
            #expect(try await Self.names(test) == ["a.2 two", "a.2 three"])
            _ = try await test.host.stopPlugin("a")
            #expect(try await Self.names(test).isEmpty)
            _ = try await test.host.startPlugin("a")
            #expect(try await Self.names(test) == ["a.2 two", "a.2 three"])
            try shop.remove("liba.so")
            try await test.until(.unloaded)
            #expect(try await test.host.components().isEmpty)
        }
    }

    @Test(
        "of every kind are declared and served by a plugin in Swift, under names from its settings",
        arguments: [Isolation.inProcess, .process]
    )
    func swift(isolation: Isolation) async throws {
        try shop.install(try Workshop.product("Contributor"), as: "libc.so")
        let configuration = shop.isolated(isolation) {
            $0.plugins["contributor"] = PluginSettings(settings: .object(["prefix": .string("my")]))
        }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await Self.names(test) == ["contributor.1 my_echo", "contributor.1 my_fail"])
            #expect(try await Self.names(test, "tasks") == ["contributor.1 hourly", "contributor.1 nightly"])
            #expect(try await Self.names(test, "gateways") == ["contributor.1 my-gate"])
            func call(_ method: String, _ text: String) async throws -> String {
                try await test.call(method, text, of: "contributor")
            }
            #expect(try await call("ph.action/my_echo", #"{"text":"hi"}"#) == #"{"success":true,"text":"hi"}"#)
            #expect(try await call("ph.event/watch", "{\"topic\":\"order.a\"}\nchange") == "change\nchanged")
            #expect(try await call("ph.hook/double", "4") == "8")
            #expect(try await call("ph.task/hourly", #"{"due":"then","missed":1}"#) == "")
            #expect(try await call("seen", "") == #"["order.a=change","ran then 1"]"#)
        }
    }

    @Test("that are another plugin's already are refused with both owners named, and nothing changes")
    func conflict() async throws {
        try shop.install("id=a;actions=one", as: "liba.so")
        try shop.install("id=b;actions=two;version=1.0.0", as: "libb.so")
        try await TestHost.run(shop.configuration()) { test async throws in
            try shop.install("id=b;actions=one,two;version=1.1.0", as: "libb.so")
            try await test.until(.reloadFailed)
            let failure = try #require(test.events(.reloadFailed).first)
            #expect(failure.error?.contains("b: the action 'one' is a's already") == true)
            #expect(try await test.call("version", of: "b") == "1.0.0")
            #expect(try await Self.names(test) == ["a.1 one", "b.1 two"])
            #expect(try await test.status("b").quarantine?.code == "conflict")
        }
    }

    @Test(
        "that make no sense fail the load with the component and the key named, and the old generation goes on",
        arguments: [Isolation.inProcess, .process]
    )
    func nonsense(isolation: Isolation) async throws {
        try shop.install("id=a;actions=one")
        try await TestHost.run(shop.isolated(isolation)) { test async throws in
            try shop.install("id=a;actions=no good;version=1.1.0")
            try await test.until(.reloadFailed)
            let reason = test.events(.reloadFailed).first?.error ?? ""
            #expect(reason.contains("actions[0] 'no good': 'name' has to be"), "\(reason)")
            #expect(try await Self.names(test) == ["a.1 one"])
            #expect(try await test.call("ph.action/one").contains("one was done"))
        }
    }

    @Test("of a build whose start fails change nothing, and leave their names to others")
    func rollback() async throws {
        try shop.install("id=a;actions=one")
        let configuration = shop.configuration { $0.maximumAttempts = 1 }
        try await TestHost.run(configuration) { test async throws in
            try shop.install("id=a;actions=two;fail=start;version=1.1.0")
            try await test.until("the build is set aside") { try await test.status().quarantine != nil }
            #expect(try await Self.names(test) == ["a.1 one"])
            try shop.install("id=b;actions=two", as: "libb.so")
            try await test.until(generation: 1, of: "b")
            #expect(try await Self.names(test) == ["a.1 one", "b.1 two"])
            try shop.install("id=c;fail=declare", as: "libc.so")
            try await test.until("c is refused") {
                test.events(.reloadFailed).contains { $0.error?.contains("declaring its components failed") == true }
            }
        }
    }

    @Test("stay while a runner that has crashed is replaced, and go when it is left down (RS-4)", arguments: [0, 3])
    func crash(restarts: Int) async throws {
        let trap = shop.root + "/trap"
        try shop.install("id=a;actions=one;crash=execute;while=\(trap)")
        let configuration = shop.isolated { $0.restartLimits.maximumRestarts = restarts }
        try await TestHost.run(configuration) { test async throws in
            _ = FileManager.default.createFile(atPath: trap, contents: nil)
            await #expect(throws: PluginError.self) { try await test.call("increment") }
            try FileManager.default.removeItem(atPath: trap)
            guard restarts == 0 else {
                try await test.until(.restarted)
                return #expect(try await Self.names(test) == ["a.1 one"])
            }
            try await test.until("it is left down") { try await test.status().state == "error" }
            #expect(try await Self.names(test).isEmpty)
        }
    }

    @Test("are not to be called by users, who are told so")
    func reserved() async throws {
        try shop.install("id=a;actions=one")
        try await TestHost.run(shop.configuration()) { test async throws in
            let host: any HostControl = test.host
            let refused = OnThread { () throws -> String in
                do throws(PluginError) {
                    _ = try host.call("a", "ph.action/one", [], timeout: nil)
                    return "served"
                } catch {
                    return "\(error)"
                }
            }
            #expect(
                try await refused.value.hasPrefix("method-not-found: a: ph.action/one: the methods whose names begin")
            )
        }
    }
}
