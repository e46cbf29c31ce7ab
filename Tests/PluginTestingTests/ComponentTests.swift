import PluginSDK
import PluginTesting
import Testing

@Suite("The components of a plugin under test")
struct ComponentTests {
    @Test("are known by their names (RS-9)")
    func names() throws {
        let components = try TestedPlugin(Shop.self).components
        #expect(components.actions == ["order_status"])
        #expect(components.handlers == ["last", "first"])
        #expect(components.hooks == ["double", "add"])
        #expect(components.gateways == ["lines"])
        #expect(components.tasks == ["tidy"])
        #expect(components.json.contains(#""platform":"socket""#))
        let none = try TestedPlugin(Ledger.self).components
        #expect(none.actions.isEmpty && none.tasks.isEmpty)
        #expect(none.methods.contains("share") && components.methods == [])
    }

    @Test("are refused if two have one name (RS-9)")
    func areUnique() {
        let failure = #expect(throws: PluginFailure.self) { try TestedPlugin(Shop.self, settings: #"{"twice":true}"#) }
        #expect(failure?.message.contains("ph.task/tidy") == true)
    }

    @Test("are actions that are done (RS-12)")
    func actions() throws {
        let shop = try TestedPlugin(Shop.self)
        #expect(try shop.act("order_status", #"{"number":7}"#) == .success("order 7"))
        let missing = #expect(throws: PluginFailure.self) { try shop.act("order_status") }
        #expect(missing?.code == .badPayload)
        #expect(throws: PluginFailure(.methodNotFound, "the plugin has no action 'x'; it declares order_status")) {
            try shop.act("x")
        }
    }

    @Test("are handlers that get events by priority, change and stop them (RS-10)")
    func handlers() throws {
        let shop = try TestedPlugin(Shop.self)
        func deliver(_ topic: String, _ text: String) throws -> [HandledEvent] {
            try shop.deliver(Event(topic: topic, source: "test", data: Array(text.utf8)))
        }
        #expect(
            try deliver("order.created", "a\nb") == [
                HandledEvent("first", .change(Array("a\nb?".utf8))),
                HandledEvent("last", .change(Array("a\nb?!".utf8))),
            ]
        )
        #expect(try deliver("order.created", "stop") == [HandledEvent("first", .stop)])
        #expect(try deliver("order.item.added", "x").map(\.handler) == ["last"])
        #expect(try deliver("order", "x").map(\.handler) == ["last"])
        #expect(try deliver("other", "x").map(\.handler) == ["first"])
        #expect(try deliver("another", "x") == [])
    }

    @Test("are hooks that run as a chain (RS-10)")
    func hooks() throws {
        let shop = try TestedPlugin(Shop.self)
        #expect(try shop.runHooks("count", "20") == "42")
        #expect(try shop.runHooks("count", "-1") == "-2")
        #expect(try shop.runHooks("other", "null") == "null")
        #expect(throws: PluginFailure.self) { try shop.runHooks("count", "x") }
    }

    @Test("are tasks that run when the test says so (CH-1)")
    func tasks() throws {
        let shop = try TestedPlugin(Shop.self)
        try shop.runTask("tidy")
        try shop.runTask("tidy", TaskRun(due: "2026-02-03T04:05:06.000Z", missed: 2))
        #expect(shop.instance.ran.map(\.missed) == [0, 2])
        #expect(shop.instance.ran.last?.due == "2026-02-03T04:05:06.000Z")
        #expect(throws: PluginFailure.self) { try shop.runTask("other") }
    }

    @Test("are gateways that send (RS-11)")
    func gateways() throws {
        let shop = try TestedPlugin(Shop.self)
        #expect(try shop.send(#"{"text":"x"}"#, by: "lines") == #"{"text":"x"}"#)
        #expect(throws: PluginFailure.self) { try shop.send("{}", by: "other") }
    }
}
