// The smallest plugin that keeps something: its value survives every reload, without a line of code for it.

public import PluginSDK

final class Counter: StatefulPlugin {
    static let metadata = PluginMetadata(id: "counter", name: "Counter", version: "1.0.0")

    /// What survives a reload.
    struct State: Codable {
        var value = 0
    }
    var state = State()

    init(context: PluginContext) {}

    static func register(in methods: inout MethodTable<Counter>) {
        methods.add("increment", Counter.increment)
        methods.add("value", Counter.value)
    }

    /// Adds a number, or 1 if there is none, and answers the new value.
    func increment(by step: Int?) throws -> Int {
        let (sum, isTooLarge) = state.value.addingReportingOverflow(step ?? 1)
        guard !isTooLarge else { throw PluginFailure("the counter can't count further than \(state.value)") }
        state.value = sum
        return sum
    }

    /// Answers the value.
    func value() -> Int { state.value }
}

/// The one function that the host looks for.
@c(ph_plugin_factory)
public func factory() -> PluginFactory { makeFactory(of: Counter.self) }
