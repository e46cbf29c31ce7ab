import PluginSDK
import Synchronization

/// A plugin that does as little as it can.
final class Minimal: Plugin {
    static let metadata = PluginMetadata(id: "minimal", name: "Minimal", version: "1.0.0")
    init(context: PluginContext) {}
    static func register(in methods: inout MethodTable<Minimal>) {}
}

/// A plugin that uses everything there is but a state.
final class Everything: Plugin {
    static let metadata = PluginMetadata(
        id: "everything",
        name: "Everything",
        version: "1.2.3-rc.1",
        description: "Uses everything",
        author: "Ada",
        type: .custom("test"),
        priority: .high,
        dependencies: ["base@1.0.0", "other"],
        capabilities: ["testing"],
        permissions: ["network"]
    )

    struct Point: Codable {
        var x: Int
        var y: Double
        var name: String?
    }
    struct Unknown: Error {}

    let context: PluginContext
    var steps: [String] = ["create"]
    var greeting = ""
    var answerToHealth: Health? = .healthy
    var failingStep = ""

    init(context: PluginContext) throws {
        self.context = context
        if try context.configuration.bool("refuse", default: false) {
            throw PluginFailure(.unauthorised, "asked to refuse")
        }
    }

    static func register(in methods: inout MethodTable<Everything>) {
        methods.add("mirror", Everything.mirror)
        methods.add("double", Everything.double)
        methods.add("length", Everything.length)
        methods.add("steps", Everything.listSteps)
        methods.add("say", Everything.say)
        methods.add("say-if-any", Everything.sayIfAny)
        methods.add("forget", Everything.forget)
        methods.add("fail-at", Everything.failAt)
        methods.add("be", Everything.be)
        methods.add("throw-code", Everything.throwCode)
        methods.add("throw-zero", Everything.throwZero)
        methods.add("throw-other", Everything.throwOther)
        methods.add("emit", Everything.emit)
        methods.add("settings", Everything.settings)
        methods.add("find", Everything.find)
        methods.addText("shout", Everything.shout)
        methods.addBytes("echo", Everything.echo)
        methods.addBytes("count", Everything.count)
        methods.addBytes("call", Everything.call)
    }

    func load() { steps.append("load") }
    func initialise(_ configuration: PluginConfiguration) throws {
        steps.append("initialise")
        greeting = try configuration.string("greeting", default: "Hello")
    }
    func start() throws {
        steps.append("start")
        if failingStep == "start" { throw PluginFailure(1001, "asked to fail") }
    }
    func pause() { steps.append("pause") }
    func resume() { steps.append("resume") }
    func stop() { steps.append("stop") }
    func unload() { steps.append("unload") }
    func refresh() { steps.append("refresh") }
    func health() throws -> Health {
        guard let answerToHealth else { throw Unknown() }
        return answerToHealth
    }
    func statistics() -> [String: Double] { ["b": 1.5, "a": 2, "none": .infinity] }
    func recovers(from failure: PluginFailure) -> Bool { failure == PluginFailure(1001, "asked to fail") }
    func dependencyChanged(_ id: String, _ change: DependencyChange) { steps.append("\(id): \(change)") }

    func mirror(_ point: Point) -> Point { Point(x: Int(point.y), y: Double(point.x), name: point.name) }
    func double(_ number: Int) -> Int { number * 2 }
    func length(_ texts: [String]?) -> Int { texts?.count ?? -1 }
    func listSteps() -> [String] { steps }
    func say(_ text: String) { steps.append(text) }
    func sayIfAny(_ text: String?) { steps.append(text ?? "nothing") }
    func forget() { steps = [] }
    func failAt(_ step: String) { failingStep = step }
    func be(_ health: String?) {
        switch health {
        case "degraded": answerToHealth = .degraded("slow")
        case "unhealthy": answerToHealth = .unhealthy("broken")
        default: answerToHealth = nil
        }
    }
    func throwCode() throws { throw PluginFailure(1234, "my own") }
    func throwZero() throws { throw PluginFailure(0, "not a success") }
    func throwOther() throws { throw Unknown() }
    func emit(_ type: String) throws { try context.emit(type, [1, 2, 3]) }
    func settings() throws -> [String] { try context.configuration.keys }
    func find(_ name: String) -> Bool { context.interface(named: name) != nil }
    func shout(_ text: String) -> String { "\(greeting) \(text.uppercased())" }
    func echo(_ bytes: Span<UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }
    func count(_ bytes: Span<UInt8>) -> Int { bytes.count }
    func call(_ bytes: Span<UInt8>, _ call: PluginCall) -> [UInt8] {
        Array("\(call.id) \(call.deadline.map { "\($0.components.seconds)" } ?? "never")".utf8)
    }
}

/// A plugin with a state of more than one kind of value, whose schema is not declared.
final class Notebook: StatefulPlugin {
    static let metadata = PluginMetadata(id: "notebook", name: "Notebook", version: "1.0.0")
    struct State: Codable {
        var notes: [String: Double] = [:]
        var title: String?
    }
    var state = State()

    init(context: PluginContext) {}
    static func register(in methods: inout MethodTable<Notebook>) {
        methods.add("write", Notebook.write)
        methods.add("read", Notebook.read)
    }
    func write(_ note: String) { state.notes[note] = Double(state.notes.count) / 7 }
    func read() -> [String] { state.notes.keys.sorted() }
}

/// A later version, which reads schema 1 and 2 and writes 3.
final class LaterNotebook: StatefulPlugin {
    static let metadata = PluginMetadata(id: "notebook", name: "Notebook", version: "3.0.0")
    struct State: Codable {
        var lines: [String] = []
    }
    struct Second: Codable {
        var text: String
    }
    struct First: Codable {
        var words: [String]
    }
    static let stateSchema: UInt32 = 3
    static let migrations = [
        StateMigration(from: 2, Second.self) { old in
            guard !old.text.isEmpty else { throw PluginFailure(.stateRefused, "an empty text") }
            return State(lines: [old.text])
        },
        StateMigration(from: 1, First.self) { State(lines: $0.words) },
    ]
    var state = State()

    init(context: PluginContext) {}
    static func register(in methods: inout MethodTable<LaterNotebook>) {
        methods.add("read", LaterNotebook.read)
    }
    func read() -> [String] { state.lines }
}

/// A plugin that can be called from several threads and has a state nevertheless.
final class Tally: StatefulPlugin, ConcurrentPlugin {
    static let metadata = PluginMetadata(id: "tally", name: "Tally", version: "1.0.0")
    struct State: Codable {
        var count = 0
    }
    private let guarded = Mutex(State())
    var state: State {
        get { guarded.withLock { $0 } }
        set { guarded.withLock { $0 = newValue } }
    }

    init(context: PluginContext) {}
    static func register(in methods: inout MethodTable<Tally>) {
        methods.add("add", Tally.add)
    }
    func add() -> Int {
        guarded.withLock {
            $0.count += 1
            return $0.count
        }
    }
}

/// A plugin that asks a host function whether it may go on, so that a test can look at it while it serves.
final class Reentrant: Plugin {
    static let metadata = PluginMetadata(id: "reentrant", name: "Reentrant", version: "1.0.0")
    let context: PluginContext
    var isServing = false
    var told: [String] = []

    init(context: PluginContext) { self.context = context }
    static func register(in methods: inout MethodTable<Reentrant>) {
        methods.add("serve", Reentrant.serve)
        methods.add("told", Reentrant.listTold)
    }
    func serve() {
        isServing = true
        context.info("serving")
        isServing = false
    }
    func listTold() -> [String] { told }
    func health() -> Health { isServing ? .unhealthy("asked while serving") : .healthy }
    func dependencyChanged(_ id: String, _ change: DependencyChange) {
        told.append(isServing ? "told while serving" : "\(id): \(change)")
    }
}
