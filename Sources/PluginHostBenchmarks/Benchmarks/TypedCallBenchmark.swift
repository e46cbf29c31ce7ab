internal import FoundationEssentials
internal import PluginHost

/// What a call costs whose input and answer are types.
enum TypedCallBenchmark {
    // As the plugin has them: nothing but bytes crosses the boundary.
    private struct Order: Codable {
        var number: Int
        var customer: String
        var amount: Double
    }

    private struct Receipt: Codable {
        var number: Int
        var total: Double
        var isPaid: Bool
    }

    static func measure(_ bench: Bench) async throws -> [Comparison] {
        let stage = try Stage(bench, "call.typed")
        try CallBenchmarks.install(bench, in: stage)
        try await stage.host.start()
        let handle = try await stage.host.plugin("swift-gauge")
        let calls = 100
        let (encoder, decoder) = (JSONEncoder(), JSONDecoder())

        let comparison = try await Comparison.measure(
            "call.typed",
            unit: "ns",
            rounds: bench.count(2000, quick: 200),
            warmUp: bench.count(100, quick: 20),
            ours: {
                let watch = Stopwatch()
                for index in 0..<calls {
                    let order = Order(number: index, customer: "Ada Lovelace", amount: 12.5)
                    let receipt: Receipt = try handle.call("order", order)
                    guard receipt.number == index else { throw BenchmarkFailure.failed("call.typed: another's answer") }
                }
                return watch.nanoseconds / Double(calls)
            },
            // What both sides have to do that speak JSON, in one place and with nothing between them.
            floor: {
                let watch = Stopwatch()
                for index in 0..<calls {
                    let input = try encoder.encode(Order(number: index, customer: "Ada Lovelace", amount: 12.5))
                    let order = try decoder.decode(Order.self, from: input)
                    let answer = Receipt(number: order.number, total: order.amount * 1.5, isPaid: true)
                    let receipt = try decoder.decode(Receipt.self, from: try encoder.encode(answer))
                    guard receipt.number == index else { throw BenchmarkFailure.failed("call.typed: another's answer") }
                }
                return watch.nanoseconds / Double(calls)
            }
        )
        await stage.host.stop()
        return [comparison]
    }
}
