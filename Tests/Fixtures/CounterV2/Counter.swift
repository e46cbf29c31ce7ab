// Counter, one version on: its state has another layout, and it takes over what version 1 saved (HR-7).

public import PluginSDK

final class Counter: StatefulPlugin {
    static let metadata = PluginMetadata(id: "counter", name: "Counter", version: "2.0.0")

    struct State: Codable {
        var total = 0
    }
    var state = State()

    /// Version 1's state.
    struct StateOfVersion1: Codable {
        var value: Int
    }
    static let stateSchema: UInt32 = 2
    /// Version 1 declares no schema, which is saved as 0; a later 1.x may call the same layout 1.
    static let migrations = [
        StateMigration(from: 0, StateOfVersion1.self) { State(total: $0.value) },
        StateMigration(from: 1, StateOfVersion1.self) { State(total: $0.value) },
    ]

    init(context: PluginContext) {}

    static func register(in methods: inout MethodTable<Counter>) {
        methods.add("increment", Counter.increment)
        methods.add("step", Counter.step)
        methods.add("value", Counter.value)
    }

    func increment(by step: Int?) throws -> Int {
        let (sum, isTooLarge) = state.total.addingReportingOverflow(step ?? 1)
        guard !isTooLarge else { throw PluginFailure("the counter can't count further than \(state.total)") }
        state.total = sum
        return sum
    }

    /// Adds 10, which version 1 could not.
    func step() throws -> Int { try increment(by: 10) }

    func value() -> Int { state.total }
}

// What a host reads before any code of this file runs: the schemas 0 to 2.
@section("ph_manifest") @used let stateSchemas: PluginManifest = (0x314D_4850, 32, 1, 0, 0, 0, 0, 2)

/// The one function that the host looks for.
@c(ph_plugin_factory)
public func factory() -> PluginFactory { makeFactory(of: Counter.self) }
