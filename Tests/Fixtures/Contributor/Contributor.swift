// A plugin in Swift that contributes something of each kind, under names that its settings begin, and that asks services of
// the host for tests.
//
//   ask     SERVICE METHOD, a line feed, and the input: what the service answers
//   call    PLUGIN METHOD, a line feed, and the input: what the other plugin answers
//   share   KEY VALUE; shared KEY; swap KEY VERSION VALUE; drop KEY; keys PREFIX: the state that plugins share
//   use     uses each service in the words of the SDK
//   seen    the events and runs that it has had

public import PluginSDK
internal import Synchronization

final class Contributor: ConcurrentPlugin, ComponentPlugin {
    static let metadata = PluginMetadata(
        id: "contributor",
        name: "Contributor",
        version: "1.0.0",
        permissions: ["state.shared", "call:*", "hooks.run", "actions.run", "gateways"]
    )

    private struct State {
        var prefix = "x"
        var seen: [String] = []
    }

    private let context: PluginContext
    private let state = Mutex(State())

    init(context: PluginContext) { self.context = context }

    func initialise(_ configuration: PluginConfiguration) throws {
        let prefix = try configuration.string("prefix", default: "x")
        state.withLock { $0.prefix = prefix }
    }

    // MARK: Components

    var components: Components<Contributor> {
        let prefix = state.withLock { $0.prefix }
        Action(
            "\(prefix)_echo",
            "Says a text again.",
            parameters: #"{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}"#,
            isParallel: true
        ) { _, arguments in .success(try arguments.string("text")) }
        Action("\(prefix)_fail", "Can't do what it should.", activation: .keywords(["fail"])) { _, _ in
            .failure("it is not to be")
        }
        EventHandler("watch", topics: ["order.*", "audit.#"], priority: 60, overflow: .dropNewest) { plugin, event in
            plugin.note("\(event.topic)=\(event.text)")
            switch event.text {
            case "stop": return .stop
            case "change": return .change(Array("changed".utf8))
            case "throw": throw PluginFailure("it was asked to")
            default: return .goOn
            }
        }
        Hook("double", stage: "count", of: Int.self) { _, number in number < 0 ? nil : number * 2 }
        Gateway("\(prefix)-gate", platform: "test", account: "a") { plugin, message in
            plugin.note("sent \(String(decoding: message, as: UTF8.self))")
            return Array(#"{"id":"7"}"#.utf8)
        }
        ScheduledTask("hourly", every: .seconds(3600)) { plugin, run in plugin.note("ran \(run.due) \(run.missed)") }
        ScheduledTask("nightly", cron: "0 3 * * *", timeZone: "Europe/Berlin", startsAutomatically: false) { _, _ in }
    }

    private func note(_ text: String) {
        state.withLock { $0.seen.append(text) }
    }

    // MARK: Methods

    static func register(in methods: inout MethodTable<Contributor>) {
        methods.addBytes("ask", Contributor.ask)
        methods.addBytes("call", Contributor.call)
        methods.addText("use", Contributor.use)
        methods.addText("share", Contributor.share)
        methods.addText("shared", Contributor.shared)
        methods.addText("swap", Contributor.swap)
        methods.addText("drop", Contributor.drop)
        methods.addText("keys", Contributor.keys)
        methods.addText("echo", Contributor.echo)
        methods.add("seen", Contributor.seen)
    }

    func ask(_ input: Span<UInt8>) throws -> [UInt8] {
        let (service, method, rest) = try Self.split(input)
        return try context.service(named: service).request(method, rest)
    }

    func call(_ input: Span<UInt8>) throws -> [UInt8] {
        let (plugin, method, rest) = try Self.split(input)
        return try context.plugins.call(plugin, method, rest)
    }

    func use(_ text: String) throws -> String {
        let prefix = state.withLock { $0.prefix }
        try context.events.publish("audit.use", json: [text])
        let hooked = try context.hooks.run("stage.of.nobody", [text])
        let tools = String(decoding: try context.actions.listJSON(), as: UTF8.self)
        try context.messages.ready("\(prefix)-gate", scope: "here")
        let message = GatewayMessage(text, gateway: "\(prefix)-gate", sender: "me", id: text)
        let isNew = [try context.messages.receive(message), try context.messages.receive(message)]
        try context.messages.notReady("\(prefix)-gate")
        try context.tasks.register("own", every: .seconds(1800))
        try context.tasks.register("own", cron: "0 4 * * *", timeZone: "Europe/Berlin")
        try context.tasks.stop("own")
        try context.tasks.start("hourly")
        try context.tasks.register("gone", every: .seconds(1800))
        try context.tasks.unregister("gone")
        try context.heartbeat.alive()
        try context.heartbeat.fail("it is not well")
        return "\(hooked) \(tools.contains("\(prefix)_echo")) \(isNew)"
    }

    func share(_ text: String) throws -> String {
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        return "\(try context.sharedState.set(words[0], to: Array(words[1].utf8), type: "text", isKept: true))"
    }

    func shared(_ key: String) throws -> String {
        guard let value = try context.sharedState.value(of: key) else { return "nothing" }
        return "\(value.type) \(value.version) \(value.isKept) \(value.text)"
    }

    func swap(_ text: String) throws -> String {
        let words = text.split(separator: " ", maxSplits: 2).map(String.init)
        let change = try context.sharedState.compareAndSet(
            words[0],
            from: UInt64(words[1]) ?? 0,
            to: Array(words[2].utf8)
        )
        return "\(change.isSet)"
    }

    func drop(_ key: String) throws -> String { "\(try context.sharedState.remove(key))" }

    func keys(_ prefix: String) throws -> String {
        try context.sharedState.keys(beginningWith: prefix).joined(separator: " ")
    }

    func echo(_ text: String) -> String { text }

    func seen() -> [String] { state.withLock { $0.seen } }

    private static func split(_ input: Span<UInt8>) throws -> (String, String, [UInt8]) {
        let bytes = input.withUnsafeBufferPointer { Array($0) }
        let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
        let words = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ").map(String.init)
        guard words.count == 2 else { throw PluginFailure(.badPayload, "two words are wanted") }
        return (words[0], words[1], Array(bytes[end...].dropFirst()))
    }
}

/// The one function that the host looks for.
@c(ph_plugin_factory)
public func factory() -> PluginFactory { makeFactory(of: Contributor.self) }
