import PluginSDK
import PluginTesting
import Testing

@Suite("The services of a host, in the words of the SDK")
struct ServiceWordsTests {
    final class Asker: ConcurrentPlugin {
        static let metadata = PluginMetadata(
            id: "asker",
            name: "Asker",
            version: "1.0.0",
            permissions: ["hooks.run", "actions.run", "gateways"]
        )
        let context: PluginContext
        init(context: PluginContext) { self.context = context }
        static func register(in methods: inout MethodTable<Asker>) {}
    }

    private let host = TestHost()
    private let plugin: TestedPlugin<Asker>
    private var context: PluginContext { plugin.instance.context }

    init() throws { plugin = try TestedPlugin(Asker.self, host: host) }

    /// What the last request was.
    private var last: String { host.requests.last.map { "\($0.service) \($0.method) \($0.text)" } ?? "" }

    @Test("publish events (RS-10)")
    func events() throws {
        try context.events.publish("order.created", [1, 2])
        try context.events.publish("order.sent", json: ["n": 1])
        #expect(host.events.map(\.topic) == ["order.created", "order.sent"])
        #expect(host.events.map(\.data) == [[1, 2], Array(#"{"n":1}"#.utf8)])
        let refusal = #expect(throws: PluginFailure.self) { try context.events.publish("ph.mine") }
        #expect(refusal?.code == .unauthorised)
    }

    @Test("run hooks and actions (RS-10, RS-12)")
    func hooksAndActions() throws {
        #expect(try context.hooks.run("checkout", ["n": 1]) == ["n": 1])
        #expect(last == #"ph.hooks/1 checkout {"n":1}"#)
        host.answer("ph.hooks/1") { _ in Array("[]".utf8) }
        #expect(throws: PluginFailure.self) { try context.hooks.run("checkout", ["n": 1]) }
        #expect(try context.actions.listJSON() == Array("[]".utf8))
        host.answer("ph.actions/1") { _ in Array(#"{"success":true,"text":"done"}"#.utf8) }
        #expect(try context.actions.run("send_mail", ["to": "a"]) == .success("done"))
        #expect(last == #"ph.actions/1 send_mail {"to":"a"}"#)
    }

    @Test("bring messages in and out (RS-11)")
    func messages() throws {
        try context.messages.ready("lines", scope: "here")
        #expect(last == #"ph.gateways/1 ready {"gateway":"lines","scope":"here"}"#)
        #expect(try context.messages.receive(GatewayMessage("hello", gateway: "lines", id: "7")))
        #expect(last == #"ph.gateways/1 receive {"gateway":"lines","id":"7","text":"hello"}"#)
        #expect(try context.messages.send(GatewayMessage("hello", conversation: "c")) == nil)
        host.answer("ph.gateways/1") { request in
            Array((request.method == "send" ? #"{"gateway":"lines","id":"m1"}"# : #"{"accepted":false}"#).utf8)
        }
        #expect(try context.messages.send(GatewayMessage("hello")) == "m1")
        #expect(try !context.messages.receive(GatewayMessage("hello", gateway: "lines", id: "7")))
        try context.messages.notReady("lines")
        #expect(last == "ph.gateways/1 not-ready lines")
        #expect(try GatewayMessage(json: Array(#"{"text":"x","sender":"me","time":1}"#.utf8)).sender == "me")
        #expect(throws: PluginFailure.self) { try GatewayMessage(json: Array("{}".utf8)) }
    }

    @Test("schedule work, and tell that all is well (CH-1, CH-3)")
    func tasksAndHeartbeat() throws {
        try context.tasks.register("tidy", every: .seconds(60))
        #expect(last == #"ph.tasks/1 register {"every":"60000ms","name":"tidy"}"#)
        try context.tasks.register("tidy", cron: "0 6 * * *", timeZone: "UTC")
        #expect(last == #"ph.tasks/1 register {"cron":"0 6 * * *","name":"tidy","timeZone":"UTC"}"#)
        for (ask, method) in [
            (context.tasks.start, "start"), (context.tasks.stop, "stop"), (context.tasks.unregister, "unregister"),
        ] {
            try ask("tidy")
            #expect(last == "ph.tasks/1 \(method) tidy")
        }
        try context.heartbeat.alive()
        #expect(last == "ph.heartbeat/1 alive ")
        try context.heartbeat.fail("no disk")
        #expect(last == "ph.heartbeat/1 error no disk")
    }
}
