import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("What happens to a plugin at the same time", .limited, .timeLimit(.minutes(10)))
struct CrossingTests {
    private func untilRunning(_ ids: String..., on test: TestHost) async throws {
        try await test.until("all run") {
            await test.host.status().plugins.filter { $0.state == "running" }.map(\.id) == ids
        }
    }

    /// Keeps a call in a plugin until there is a file.
    private func block(_ id: String, until gate: String, on test: TestHost) async throws -> OnThread<String> {
        let handle = try await test.host.plugin(id)
        let call = OnThread { try handle.call("block", text: gate) }
        try await test.until("a call is in flight") { try await test.status(id).inFlight == 1 }
        return call
    }

    /// Begins with something on the host, and returns when the host has begun with it too.
    private func begin<Value: Sendable>(
        on test: TestHost,
        _ body: @escaping @Sendable (PluginHost) async throws -> Value
    ) async -> Task<Value, any Error> {
        let host = test.host
        let task = Task.immediate { try await body(host) }
        // As many turns as it may need to get there.
        for _ in 0..<20 { _ = await host.status() }
        return task
    }

    /// Puts a new build in place that stays in its constructor until the host has been asked for something else.
    private func install(_ behaviour: String, as file: String, in shop: Workshop, on test: TestHost) async throws {
        let hangs = shop.root + "/\(file)-hangs"
        make(hangs)
        try shop.install("\(behaviour);hang=constructor;while=\(hangs)", as: file)
        try await test.until("it is loaded") { FileManager.default.fileExists(atPath: hangs + ".reached") }
        try FileManager.default.removeItem(atPath: hangs)
        for _ in 0..<100 { _ = await test.host.status() }
    }

    private func make(_ path: String) {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
    }

    @Test("a reload of it and of what holds it meanwhile, alone or together", arguments: [false, true])
    func reloads(together: Bool) async throws {
        let shop = try Workshop()
        try shop.install("id=base;tag=1", as: "libbase.so")
        try shop.install("id=top;deps=base;pauses=1;tag=1", as: "libtop.so")
        try await TestHost.run(shop.configuration { $0.strategy = .manual }) { test async throws in
            try await untilRunning("base", "top", on: test)
            let gate = shop.root + "/gate"
            let call = try await block("top", until: gate, on: test)
            try shop.install("id=base;tag=2", as: "libbase.so")
            try shop.install("id=top;deps=base;pauses=1;tag=2", as: "libtop.so")
            let base = await begin(on: test) { await $0.reload(["base"]) }
            let top = await begin(on: test) {
                await together ? $0.reloadTogether(["base", "top"]) : $0.reload(["top"])
            }
            make(gate)
            _ = try await call.value
            #expect(try await base.value.map(\.success) == [true])
            // By itself it is refused if it comes while it is held; both are there again in any case.
            let codes = try await top.value.map(\.code)
            #expect(codes == (together ? [nil, nil] : [nil]) || !together && codes == ["illegal-transition"])
            #expect(try await test.status("top").state == "running")
            #expect(try await test.call("tag", of: "base") == "2")
        }
    }

    @Test("reloads of two that hold it: it goes on when both are back")
    func heldForTwo() async throws {
        let shop = try Workshop()
        func hangs(_ id: String) -> String { "\(shop.root)/\(id)-hangs" }
        for id in ["one", "two"] { try shop.install("id=\(id)", as: "lib\(id).so") }
        try shop.install("id=top;deps=one,two;pauses=1", as: "libtop.so")
        let configuration = shop.configuration { ($0.strategy, $0.reloadsInParallel) = (.manual, true) }
        try await TestHost.run(configuration) { test async throws in
            try await untilRunning("one", "top", "two", on: test)
            let gate = shop.root + "/gate"
            let call = try await block("top", until: gate, on: test)
            var reloads: [Task<[Bool], any Error>] = []
            for id in ["one", "two"] {
                make(hangs(id))
                try shop.install("id=\(id);hang=start;while=\(hangs(id))", as: "lib\(id).so")
                reloads.append(await begin(on: test) { await $0.reload([id]).map(\.success) })
            }
            make(gate)
            _ = try await call.value
            for id in ["one", "two"] {
                try await test.until("both hang") { FileManager.default.fileExists(atPath: hangs(id) + ".reached") }
            }
            try FileManager.default.removeItem(atPath: hangs("one"))
            #expect(try await reloads[0].value == [true])
            #expect(try await test.status("top").state == "paused")
            try FileManager.default.removeItem(atPath: hangs("two"))
            #expect(try await reloads[1].value == [true])
            #expect(try await test.status("top").state == "running")
        }
    }

    @Test("the end of its file, and a newer one of another name (HR-9)")
    func otherName() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0", as: "liba-1.so")
        try await TestHost.run(shop.configuration { $0.reloadsInParallel = true }) { test async throws in
            try await untilRunning("a", on: test)
            _ = try await test.call("increment", "41")
            let gate = shop.root + "/gate"
            let call = try await block("a", until: gate, on: test)
            try shop.remove("liba-1.so")
            try await test.until("it ends") { try await test.status().state == "stopping" }
            try await install("id=a;version=1.1.0", as: "liba-2.so", in: shop, on: test)
            make(gate)
            _ = try? await call.value
            try await test.until(.loaded, count: 2)
            #expect(await test.host.status().plugins.map(\.id) == ["a"])
            #expect(try await test.call("version") == "1.1.0")
            #expect(try await test.call("value") == "41")
        }
    }

    @Test("two files of it: the second is refused (PL-4)")
    func twoFiles() async throws {
        let shop = try Workshop()
        let hangs = shop.root + "/hangs"
        try await TestHost.run(shop.configuration { $0.reloadsInParallel = true }) { test async throws in
            make(hangs)
            try shop.install("id=a;tag=1;hang=start;while=\(hangs)", as: "liba-1.so")
            try await test.until("it starts") { FileManager.default.fileExists(atPath: hangs + ".reached") }
            try await install("id=a;tag=2", as: "liba-2.so", in: shop, on: test)
            try FileManager.default.removeItem(atPath: hangs)
            try await test.until("both are judged") {
                !test.events(.loaded).isEmpty
                    && test.events(.reloadFailed).count + test.events(.reloadCompleted).count > 0
            }
            #expect(test.events(.reloadFailed).first?.error?.contains("provides the plugin a already") == true)
            #expect(try await test.call("tag") == "1")
        }
    }

    @Test("its start and the host's stop, which ends it with its state")
    func startAndStop() async throws {
        let shop = try Workshop()
        let hangs = shop.root + "/hangs"
        try shop.install("id=b", as: "libb.so")
        try await TestHost.run(shop.configuration { $0.reloadsInParallel = true }) { test async throws in
            try await untilRunning("b", on: test)
            make(hangs)
            try shop.install("id=a;drift=1;hang=start;while=\(hangs)")
            try await test.until("it starts") { FileManager.default.fileExists(atPath: hangs + ".reached") }
            whenStopping(test.host, "b") { try? FileManager.default.removeItem(atPath: hangs) }
        }
        try await TestHost.run(shop.configuration()) { test async throws in
            // The state is another one each time that it is saved.
            #expect(try await test.call("value") == "1")
        }
    }

    @Test("its crash and the host's stop, which loses nothing that a caller was told (RS-7)")
    func crashAndStop() async throws {
        let shop = try Workshop()
        let (gate, crashes) = (shop.root + "/gate", shop.root + "/crashes")
        try shop.install("id=base;saves=1;crash=execute;while=\(crashes)", as: "libbase.so")
        try shop.install("id=other", as: "libother.so")
        try shop.install("id=top;deps=base", as: "libtop.so")
        try await TestHost.run(shop.isolated()) { test async throws in
            try await untilRunning("base", "other", "top", on: test)
            #expect(try await test.call("increment", "41", of: "base") == "41")
            // The one that needs it is told of the crash, and is busy.
            _ = try await block("top", until: gate, on: test)
            make(crashes)
            await #expect(throws: PluginError.self) { try await test.call("value", of: "base") }
            try await test.until(.crashed)
            try FileManager.default.removeItem(atPath: crashes)
            whenStopping(test.host, "other") { _ = FileManager.default.createFile(atPath: gate, contents: nil) }
        }
        try await TestHost.run(shop.isolated()) { test async throws in
            #expect(try await test.call("value", of: "base") == "41")
        }
    }

    @Test("its crash, and a call of what needs it: it is back before that is told (RS-7)", arguments: [false, true])
    func crashBesideCall(isReloaded: Bool) async throws {
        let shop = try Workshop()
        let (gate, crashes) = (shop.root + "/gate", shop.root + "/crashes")
        try shop.install("id=base;crash=execute;while=\(crashes)", as: "libbase.so")
        try shop.install("id=top;deps=base;pauses=1", as: "libtop.so")
        let configuration = shop.isolated { $0.strategy = .manual }
        try await TestHost.run(configuration) { test async throws in
            try await untilRunning("base", "top", on: test)
            let call = try await block("top", until: gate, on: test)
            make(crashes)
            await #expect(throws: PluginError.self) { try await test.call("value", of: "base") }
            try FileManager.default.removeItem(atPath: crashes)
            try shop.install("id=base;tag=2", as: "libbase.so")
            let reload = isReloaded ? await begin(on: test) { await $0.reload(["base"]).map(\.success) } : nil
            try await test.until("it is back") { try await test.status("base").state == "running" }
            #expect(try await test.status("top").inFlight == 1)
            make(gate)
            _ = try await call.value
            #expect(try await reload?.value ?? [true] == [true])
            let last = isReloaded ? "base:2" : "back:base:1"
            try await test.until("it goes on") { try await test.status("top").state == "running" }
            try await test.until("it was told") { try await test.call("dependency", of: "top") == last }
        }
    }

    /// Does something when a host has begun to stop, and takes no commands for a plugin any more.
    private func whenStopping(_ host: PluginHost, _ plugin: String, _ body: @escaping @Sendable () -> Void) {
        Task {
            while try await host.startPlugin(plugin).code != "not-found" {
                try await Task.sleep(for: .milliseconds(1))
            }
            body()
        }
    }
}
