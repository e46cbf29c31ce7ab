import PluginSDK
import PluginTesting
import Testing

@Suite("A host for tests")
struct TestHostTests {
    @Test("keeps what plugins share, for all of them (PL-6)")
    func shares() throws {
        let host = TestHost()
        let (one, other) = (try TestedPlugin(Ledger.self, host: host), try TestedPlugin(Ledger.self, host: host))
        #expect(try one.call("share", 7, as: Int.self) == -1)
        #expect(try other.call("share", 8, as: Int.self) == 7)
        let value = try #require(host.sharedValue(of: "ledger/value"))
        #expect(value.text == "8")
        #expect(value.type == "json")
        #expect(value.isKept)
        host.setSharedValue("ledger/value", to: Array("9".utf8))
        #expect(try one.call("share", 0, as: Int.self) == 9)
        #expect(host.sharedValue(of: "other") == nil)
    }

    @Test("has all methods of the shared state (PL-6)")
    func sharesAsAHostDoes() throws {
        let plugin = try TestedPlugin(Ledger.self)
        let state = plugin.instance.context.sharedState
        let first = try state.set("a", to: [1])
        #expect(try state.compareAndSet("a", from: first, to: [2]).isSet)
        let late = try state.compareAndSet("a", from: first, to: [3])
        #expect(!late.isSet && late.version > first)
        #expect(try state.compareAndSet("b", from: 0, to: [4]).isSet)
        #expect(try state.keys() == ["a", "b"])
        #expect(try state.keys(beginningWith: "b") == ["b"])
        #expect(try state.remove("a"))
        #expect(try !state.remove("a"))
        #expect(try state.value(of: "a") == nil)
        let failure = #expect(throws: PluginFailure.self) { try state.set("no key!", to: []) }
        #expect(failure?.code == .badPayload)
    }

    @Test("has closures stand for other plugins (PL-6)")
    func answersCalls() throws {
        let host = TestHost()
        let plugin = try TestedPlugin(Ledger.self, host: host)
        let missing = #expect(throws: PluginFailure.self) { try plugin.call("ask", "x", as: String.self) }
        #expect(missing?.code == .notFound)
        host.answerCalls(of: "map-1") { method, input in
            guard input != Array("nowhere".utf8) else { throw PluginFailure(1234, "there is no such place") }
            return Array("\(method) \(String(decoding: input, as: UTF8.self))".utf8)
        }
        #expect(try plugin.call("ask", "home", as: String.self) == "draw home")
        #expect(throws: PluginFailure(1234, "there is no such place")) {
            try plugin.call("ask", "nowhere", as: String.self)
        }
        #expect(
            host.requests.last == ServiceRequest(of: "ledger", to: "ph.plugins/1", "map-1/draw", Array("nowhere".utf8))
        )
    }

    @Test("connects plugins that are tested together, for as long as they are there")
    func connects() throws {
        let host = TestHost()
        let mirror = try TestedPlugin(Mirror.self, host: host)
        do {
            let ledger = try TestedPlugin(Ledger.self, host: host)
            host.answerCalls(by: ledger)
            // The ledger has no such method, and says so by its own code.
            let failure = #expect(throws: PluginFailure.self) { try mirror.call("look", text: "ledger") }
            #expect(failure?.code == .methodNotFound)
        }
        let gone = #expect(throws: PluginFailure.self) { try mirror.call("look", text: "ledger") }
        #expect(gone?.code == .notFound)
    }

    @Test("grants what the metadata asks for and nothing else (RS-13)")
    func grants() throws {
        let ledger = try TestedPlugin(Ledger.self)
        #expect(try ledger.call("find", text: "ph.shared-state/1") == "yes")
        #expect(try ledger.call("find", text: "ph.hooks/1") == "yes")
        #expect(try ledger.call("find", text: "ph.actions/1") == "no")
        #expect(try ledger.call("find", text: "ph.nonsense/1") == "no")
        #expect(throws: PluginFailure.self) { try ledger.instance.context.plugins.call("other", "x") }

        let host = TestHost(denying: ["state.shared", "events.emit", "log"])
        let denied = try TestedPlugin(Ledger.self, host: host)
        #expect(try denied.call("find", text: "ph.shared-state/1") == "no")
        let failure = #expect(throws: PluginFailure.self) { try denied.call("emit", text: "a.b") }
        #expect(failure?.code == .unauthorised)
        #expect(host.log == [])
        #expect(host.events == [])
    }

    @Test("keeps what is published (RS-10)")
    func keepsEvents() throws {
        let plugin = try TestedPlugin(Ledger.self)
        try plugin.call("emit", text: "order.created")
        #expect(plugin.host.events.map(\.topic) == ["order.created", "order.created"])
        #expect(plugin.host.events.map(\.data) == [[1, 2], Array("x".utf8)])
        #expect(plugin.host.events.map(\.source) == ["ledger", "ledger"])
        #expect(throws: PluginFailure.self) { try plugin.call("emit", text: "ph.mine") }
        #expect(throws: PluginFailure.self) { try plugin.call("emit", text: "no topic") }
    }

    @Test("has closures stand for services, also for those that no host has")
    func answersServices() throws {
        let host = TestHost()
        host.answer("my.service/1") { request in
            guard request.method == "ask" else { throw PluginFailure(.methodNotFound, "no \(request.method)") }
            return Array("\(request.plugin) \(request.text)".utf8)
        }
        let context = try TestedPlugin(Ledger.self, host: host)
        let service = try context.instance.context.service(named: "my.service/1")
        #expect(try service.request("ask", Array("x".utf8)) == Array("ledger x".utf8))
        #expect(throws: PluginFailure(.methodNotFound, "no other")) { try service.request("other") }
        let hooks = try context.instance.context.service(named: "ph.hooks/1")
        #expect(try hooks.request("stage", Array("1".utf8)) == Array("1".utf8))
    }

    @Test("has an id of its own")
    func hasID() throws {
        let plugin = try TestedPlugin(Ledger.self)
        #expect(plugin.instance.context.hostID == plugin.host.id)
        #expect(plugin.host.id != TestHost().id)
    }
}
