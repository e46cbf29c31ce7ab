import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("The figures of a plugin's calls", .limited, .timeLimit(.minutes(10)))
struct CallFigureTests {
    @Test(
        "are timed by samples, go on over reloads, and tell the memory of a process of its own",
        arguments: [false, true]
    )
    func figures(isIsolated: Bool) async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        let configuration = isIsolated ? shop.isolated() : shop.configuration()
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.status().latency == nil)
            let handle = try await test.host.plugin("a")
            func call(times: Int) async throws {
                try await OnThread { for _ in 0..<times { _ = try handle.call("increment", text: "1") } }.value
            }
            try await call(times: 300)
            let first = try #require(try await test.status().latency)
            #expect(first.samples == 65)
            #expect(0 < first.p50 && first.p50 <= first.p99 && first.p99 <= first.max)
            #expect(first.max < 60_000_000_000)
            try shop.install("id=a;tag=2")
            try await test.until(generation: 2)
            try await call(times: 1)
            let status = try await test.status()
            #expect(status.calls == 301 && status.latency?.samples == 66)
            #expect(status.latency.map { $0.max >= first.max } == true)
            #expect(status.memory.map { $0.residentBytes > 1 << 20 } == (isIsolated ? true : nil))
        }
    }

    @Test("tell apart what the plugin refused, what it failed on, and what never reached it")
    func outcomes() async throws {
        let shop = try Workshop()
        let flag = shop.root + "/fails"
        try shop.install("id=a;fail=execute;while=\(flag)")
        try await TestHost.run(shop.configuration()) { test async throws in
            await #expect(throws: PluginError.self) { try await test.call("no-such-method") }
            try Workshop.write(.init(), to: flag)
            await #expect(throws: PluginError.self) { try await test.call("increment") }
            #expect(try await test.host.stopPlugin("a").success)
            await #expect(throws: PluginError.self) { try await test.call("increment") }
            let status = try await test.status()
            #expect(status.outcomes == CallOutcomes(failed: 1, refused: 1, timedOut: 0, turnedAway: 1))
            #expect(status.calls == 2 && status.failedCalls == 1)
        }
    }
}
