import PluginHost
import TestSupport
import Testing

@Suite("Calls with values", .limited, .timeLimit(.minutes(10)))
struct ValueCallTests {
    private func withCounter(_ body: (PluginHandle) async throws -> Void) async throws {
        let shop = try Workshop()
        try shop.install(Workshop.product("Counter"), as: "libCounter.so")
        try await TestHost.run(shop.configuration()) { test async throws in
            try await body(try await test.host.plugin("counter"))
        }
    }

    @Test("carry Swift's types both ways as JSON (PL-8)")
    func bothWays() async throws {
        try await withCounter { counter async throws in
            let sum: Int = try counter.call("increment", 5)
            #expect(sum == 5)
            #expect(try counter.call("value", as: Double.self) == 5.0)
        }
    }

    @Test("say what is wrong with an answer, or with an input, and on which method (RS-3)")
    func wrongTypes() async throws {
        try await withCounter { counter async throws in
            let answer = #expect(throws: PluginError.self) { try counter.call("value", as: [String].self) }
            #expect(answer?.code == .badAnswer)
            #expect(answer?.message.hasPrefix("counter: value: the answer is no Array<String>: ") == true)
            let input = #expect(throws: PluginError.self) { try counter.call("increment", Unwritable(), as: Int.self) }
            #expect(input?.code == .badPayload)
            #expect(input?.message.contains("the input, a Unwritable, can't be written as JSON") == true)
            let refused = #expect(throws: PluginError.self) { try counter.call("increment", "five", as: Int.self) }
            #expect(refused?.code == .badPayload)
            #expect(try counter.call("value", as: Int.self) == 0)
        }
    }
}

private struct Unwritable: Encodable {
    func encode(to encoder: any Encoder) throws {
        throw EncodingError.invalidValue(self, .init(codingPath: [], debugDescription: "it never can"))
    }
}
