// A counter in Swift that traps where a test wants it: `trap` lists the steps, and all else is as in Adaptable.

internal import Behaviour
public import PluginSDK

final class Trapping: StatefulPlugin {
    static let metadata = PluginMetadata(
        id: value("id"),
        name: "Trapping",
        version: "1.0.0",
        savesStateAfterEachCall: true
    )

    private var number = 0

    init(context: PluginContext) { Self.pass("create") }

    static func register(in methods: inout MethodTable<Trapping>) {
        methods.add("increment", Trapping.increment)
        methods.addText("tag") { _ in { _ in Trapping.value("tag") } }
    }

    var state: Int {
        get {
            Self.pass("save")
            return number
        }
        set {
            Self.pass("restore")
            number = newValue
        }
    }

    func initialise(_ configuration: PluginConfiguration) { Self.pass("initialise") }
    func start() { Self.pass("start") }
    func stop() { Self.pass("stop") }

    func health() -> Health {
        Self.pass("health")
        return .healthy
    }

    func increment() -> Int {
        Self.pass("execute")
        number += 1
        return number
    }

    /// Traps if a test wants it.
    static func pass(_ step: String) {
        if unsafe behaviour_lists("trap", step) { fatalError("asked to trap at \(step)") }
    }

    private static func value(_ key: String) -> String {
        var text = [CChar](repeating: 0, count: 130)
        guard unsafe behaviour_value(key, &text, text.count) else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// The one function that the host looks for.
@c(ph_plugin_factory)
public func factory() -> PluginFactory {
    Trapping.pass("factory")
    return makeFactory(of: Trapping.self)
}
