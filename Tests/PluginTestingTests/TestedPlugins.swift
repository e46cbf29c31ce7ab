import PluginSDK
import PluginTesting
import Synchronization

/// A plugin with a state, which logs its life and fails where it is told to.
final class Ledger: StatefulPlugin {
    static let metadata = PluginMetadata(
        id: "ledger",
        name: "Ledger",
        version: "1.2.0",
        permissions: ["state.shared", "call:map-*", "hooks.run"]
    )
    struct State: Codable {
        var total = 0
    }
    var state = State()
    let context: PluginContext
    private var failing = ""
    private var told: [String] = []

    init(context: PluginContext) { self.context = context }

    static func register(in methods: inout MethodTable<Ledger>) {
        methods.add("add", Ledger.add)
        methods.add("ask", Ledger.ask)
        methods.add("told", Ledger.listTold)
        methods.add("share", Ledger.share)
        methods.addText("echo", Ledger.echo)
        methods.addText("find", Ledger.find)
        methods.addText("emit", Ledger.emit)
        methods.addBytes("deadline", Ledger.deadline)
    }

    func load() { context.debug("load") }
    func initialise(_ configuration: PluginConfiguration) throws {
        failing = try configuration.string("failing", default: "")
        context.debug("initialise")
    }
    func start() throws { try step("start") }
    func pause() throws { try step("pause") }
    func resume() throws { try step("resume") }
    func stop() throws { try step("stop") }
    func unload() throws { try step("unload") }
    func refresh() throws { try step("refresh") }
    func health() throws -> Health {
        switch failing {
        case "health": .unhealthy("out of paper")
        case "ink": .degraded("little ink")
        default: .healthy
        }
    }
    func statistics() -> [String: Double] { ["total": Double(state.total), "ratio": .infinity] }
    func recovers(from failure: PluginFailure) -> Bool { failure.message == "refresh is broken" }
    func dependencyChanged(_ id: String, _ change: DependencyChange) { told.append("\(id): \(change)") }

    private func step(_ name: String) throws {
        context.debug(name)
        if failing == name { throw PluginFailure(1001, "\(name) is broken") }
    }

    func add(_ number: Int) throws -> Int {
        guard number >= 0 else { throw PluginFailure(1002, "nothing is taken away") }
        state.total += number
        return state.total
    }
    func ask(_ place: String) throws -> String {
        String(decoding: try context.plugins.call("map-1", "draw", Array(place.utf8)), as: UTF8.self)
    }
    func listTold() -> [String] { told }
    func share(_ value: Int) throws -> Int {
        let before: Int? = try context.sharedState.json("ledger/value")
        try context.sharedState.setJSON("ledger/value", to: value, isKept: true)
        return before ?? -1
    }
    func echo(_ text: String) -> String { text }
    func find(_ service: String) throws -> String { context.interface(named: service) == nil ? "no" : "yes" }
    func emit(_ topic: String) throws -> String {
        try context.emit(topic, [1, 2])
        _ = try context.service(named: "ph.events/1").request("publish", Array("\(topic)\nx".utf8))
        return ""
    }
    func deadline(_ bytes: Span<UInt8>, _ call: PluginCall) -> [UInt8] {
        Array((call.deadline == nil ? "never" : "some").utf8)
    }
}

/// The next version, whose state has another layout.
final class LaterLedger: StatefulPlugin {
    static let metadata = PluginMetadata(id: "ledger", name: "Ledger", version: "2.0.0")
    struct State: Codable {
        var sums: [Int] = []
    }
    struct First: Codable {
        var total: Int
    }
    static let stateSchema: UInt32 = 2
    static let migrations = [
        StateMigration(from: 0, First.self) { old in
            guard old.total != 13 else { throw PluginFailure(.stateRefused, "no luck with 13") }
            return State(sums: [old.total])
        }
    ]
    var state = State()
    private let failsToStart: Bool

    init(context: PluginContext) throws {
        failsToStart = try context.configuration.bool("fails", default: false)
    }

    static func register(in methods: inout MethodTable<LaterLedger>) {
        methods.add("sums", LaterLedger.sums)
    }

    func start() throws {
        if failsToStart { throw PluginFailure("it does not start") }
    }
    func sums() -> [Int] { state.sums }
}

/// The version after it, which says nothing of schemas.
final class CarelessLedger: StatefulPlugin {
    static let metadata = PluginMetadata(id: "ledger", name: "Ledger", version: "3.0.0")
    var state = 0
    init(context: PluginContext) {}
    static func register(in methods: inout MethodTable<CarelessLedger>) {}
}

/// A plugin that several threads can call, and which has no state.
final class Meter: ConcurrentPlugin {
    static let metadata = PluginMetadata(id: "meter", name: "Meter", version: "1.0.0")
    private let most = Mutex((now: 0, most: 0))
    init(context: PluginContext) {}
    static func register(in methods: inout MethodTable<Meter>) {
        methods.add("measure", Meter.measure)
    }
    /// Answers how many calls were in here at once, after it has waited for a second one.
    func measure() -> Int {
        most.withLock {
            $0.now += 1
            $0.most = max($0.most, $0.now)
        }
        while most.withLock({ $0.most }) < 2 {}
        return most.withLock {
            $0.now -= 1
            return $0.most
        }
    }
}

/// A plugin that contributes one of each kind.
final class Shop: ComponentPlugin {
    static let metadata = PluginMetadata(id: "shop", name: "Shop", version: "1.0.0")
    var ran: [TaskRun] = []
    private var isTwice = false

    init(context: PluginContext) {}
    static func register(in methods: inout MethodTable<Shop>) {}
    func initialise(_ configuration: PluginConfiguration) throws {
        isTwice = try configuration.bool("twice", default: false)
    }

    var components: Components<Shop> {
        Action("order_status", "Tells.") { _, arguments in
            .success("order \(try arguments.integer("number"))")
        }
        EventHandler("last", topics: ["order.#"], priority: 1) { _, event in .change(Array("\(event.text)!".utf8)) }
        EventHandler("first", topics: ["order.*", "other"], priority: 100) { _, event in
            event.text == "stop" ? .stop : .change(Array("\(event.text)?".utf8))
        }
        Hook("double", stage: "count", of: Int.self, priority: 1) { _, number in number * 2 }
        Hook("add", stage: "count", of: Int.self, priority: 2) { _, number in number < 0 ? nil : number + 1 }
        Gateway("lines", platform: "socket") { _, message in message }
        ScheduledTask("tidy", every: .seconds(60)) { shop, run in shop.ran.append(run) }
        if isTwice { ScheduledTask("tidy", every: .seconds(1)) { _, _ in } }
    }
}

/// A plugin that no host would take.
final class Nameless: Plugin {
    static let metadata = PluginMetadata(id: "no name", name: "", version: "1.0.0")
    init(context: PluginContext) {}
    static func register(in methods: inout MethodTable<Nameless>) {}
}

/// Another one.
final class Ageless: Plugin {
    static let metadata = PluginMetadata(id: "ageless", name: "", version: "1.0")
    init(context: PluginContext) {}
    static func register(in methods: inout MethodTable<Ageless>) {}
}

/// A plugin that calls itself by way of the host.
final class Mirror: Plugin {
    static let metadata = PluginMetadata(id: "mirror", name: "Mirror", version: "1.0.0", permissions: ["call:*"])
    let context: PluginContext
    init(context: PluginContext) { self.context = context }
    static func register(in methods: inout MethodTable<Mirror>) { methods.addText("look", Mirror.look) }
    func look(_ plugin: String) throws -> String {
        String(decoding: try context.plugins.call(plugin, "look"), as: UTF8.self)
    }
}
