// What the benchmarks measure of a plugin in Swift: one method that does nothing, and one with a type in and out.

public import PluginSDK

final class SwiftGauge: ConcurrentPlugin {
    static let metadata = PluginMetadata(id: "swift-gauge", name: "Swift gauge", version: "1.0.0")

    struct Order: Codable, Sendable {
        var number: Int
        var customer: String
        var amount: Double
    }

    struct Receipt: Codable, Sendable {
        var number: Int
        var total: Double
        var isPaid: Bool
    }

    init(context: PluginContext) {}

    static func register(in methods: inout MethodTable<SwiftGauge>) {
        methods.addBytes("nothing", SwiftGauge.nothing)
        methods.add("order", SwiftGauge.order)
    }

    /// Answers nothing.
    func nothing(_ input: Span<UInt8>) -> [UInt8] { [] }

    /// Answers a small structure.
    func order(_ order: Order) -> Receipt { Receipt(number: order.number, total: order.amount * 1.5, isPaid: true) }
}

/// The one function that the host looks for.
@c(ph_plugin_factory)
public func factory() -> PluginFactory { makeFactory(of: SwiftGauge.self) }
