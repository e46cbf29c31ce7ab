import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("Plugins", .limited, .timeLimit(.minutes(10)))
struct PluginQueryTests {
    @Test("are looked up by path, capability, type and state (HR-12)")
    func lookUp() async throws {
        let shop = try Workshop()
        try shop.install("id=a;caps=store,search", as: "liba.so")
        try shop.install("id=b;caps=search", as: "libb.so")
        try shop.install("id=c;caps=search;fail=start", as: "libc.so")
        try await TestHost.run(shop.configuration { $0.maximumAttempts = 1 }) { test async throws in
            func ids(_ query: PluginQuery) async -> [String] { await test.host.plugins(matching: query).map(\.id) }
            #expect(await ids(PluginQuery()) == ["a", "b", "c"])
            #expect(await ids(PluginQuery(path: shop.plugins + "/./libb.so")) == ["b"])
            #expect(await ids(PluginQuery(state: "running")) == ["a", "b"])
            #expect(await ids(PluginQuery(state: "error")) == ["c"])
            #expect(await ids(PluginQuery(capability: "search")) == ["a", "b", "c"])
            #expect(await ids(PluginQuery(state: "running", capability: "store")) == ["a"])
            #expect(await ids(PluginQuery(capability: "sea")) == [])
            let type = try #require(try await test.status("a").descriptor?.type)
            #expect(await ids(PluginQuery(type: type)) == ["a", "b", "c"])
            #expect(await ids(PluginQuery(type: type + "?")) == [])
        }
    }

    @Test("are counted: all, those that serve, those that failed, and the reloads that ended well (HR-12)")
    func totals() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1", as: "liba.so")
        try shop.install("id=b", as: "libb.so")
        try shop.install("id=c;fail=start", as: "libc.so")
        try await TestHost.run(shop.configuration { $0.maximumAttempts = 1 }) { test async throws in
            func totals() async -> [Int] {
                let totals = await test.host.status().host.totals
                return [totals.plugins, totals.loaded, totals.failed, totals.reloads]
            }
            #expect(await totals() == [3, 2, 1, 0])
            try shop.install("id=a;tag=2", as: "liba.so")
            try await test.until("the reload is counted") { await totals() == [3, 2, 1, 1] }
            #expect(await test.host.reload(["a"]).map(\.unchanged) == [true])
            #expect(try await test.host.stopPlugin("b").success)
            #expect(await totals() == [3, 1, 1, 1])
        }
    }
}
