import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("A host that is stopped, within its shutdownTimeout (HR-2)", .limited, .timeLimit(.minutes(4)))
struct ShutdownTests {
    /// A host that may stop for some seconds, while each step of a plugin may take minutes.
    private func configuration(_ shop: Workshop) -> HostConfiguration {
        shop.configuration { $0.shutdownTimeout = .seconds(6) }
    }

    /// The values of plugins after a restart.
    private func values(_ shop: Workshop, _ ids: [String]) async throws -> [String] {
        var values: [String] = []
        try await TestHost.run(shop.configuration()) { test async throws in
            for id in ids { values.append(try await test.call("value", of: id)) }
        }
        return values
    }

    @Test("gives up what hangs and saves the others, with their dependents before them", arguments: ["save", "stop"])
    func hangs(step: String) async throws {
        let shop = try Workshop()
        let hangs = shop.root + "/hangs"
        try shop.install("id=base", as: "libbase.so")
        try shop.install("id=middle;deps=base;hang=\(step);while=\(hangs)", as: "libmiddle.so")
        try shop.install("id=top;deps=middle;hang=\(step);while=\(hangs)", as: "libtop.so")
        try await TestHost.run(configuration(shop)) { test async throws in
            try await test.until("all run") {
                await test.host.status().plugins.map(\.state) == ["running", "running", "running"]
            }
            for id in ["base", "middle", "top"] { _ = try await test.call("increment", "41", of: id) }
            _ = FileManager.default.createFile(atPath: hangs, contents: nil)
        }
        try FileManager.default.removeItem(atPath: hangs)
        // What a plugin has saved is kept, though it does not stop afterwards.
        let other = step == "stop" ? "41" : "0"
        #expect(try await values(shop, ["base", "middle", "top"]) == ["41", other, other])
    }

    @Test("has stopped when any of those goes on who have stopped it at once")
    func severalAtOnce() async throws {
        let shop = try Workshop()
        let hangs = shop.root + "/hangs"
        try shop.install("id=a;hang=stop;while=\(hangs)")
        _ = FileManager.default.createFile(atPath: hangs, contents: nil)
        try await TestHost.run(shop.configuration()) { test async throws in
            let first = Task { await test.host.stop() }
            try await test.until("it is being stopped") { FileManager.default.fileExists(atPath: hangs + ".reached") }
            let isEarly = Task {
                await test.host.stop()
                return FileManager.default.fileExists(atPath: hangs)
            }
            // The state directory is another host's only when the plugin has gone.
            let hosts = (0..<200).compactMap { _ in try? PluginHost(shop.configuration()) }
            #expect(hosts.isEmpty)
            try FileManager.default.removeItem(atPath: hangs)
            await first.value
            #expect(await !isEarly.value)
        }
    }

    @Test("ends the streams, too, that it is asked for afterwards")
    func streams() async throws {
        let shop = try Workshop()
        let host = try PluginHost(shop.configuration())
        try await host.start()
        await host.stop()
        for await event in host.events() { Issue.record("\(event)") }
        for await event in try host.events(matching: "#") { Issue.record("\(event)") }
        for await change in host.sharedState.changes() { Issue.record("\(change)") }
        for await record in host.logRecords() { Issue.record("\(record)") }
        await #expect(throws: PluginError.self) { try await host.start() }
    }

    @Test("leaves a plugin that is busy with what hangs, and saves the others")
    func busy() async throws {
        let shop = try Workshop()
        let hangs = shop.root + "/hangs"
        try shop.install("id=base", as: "libbase.so")
        try shop.install("id=top;deps=base;hang=pause;while=\(hangs)", as: "libtop.so")
        try await TestHost.run(configuration(shop)) { test async throws in
            try await test.until("both run") {
                await test.host.status().plugins.map(\.state) == ["running", "running"]
            }
            _ = try await test.call("increment", "41", of: "base")
            _ = FileManager.default.createFile(atPath: hangs, contents: nil)
            Task { try? await test.host.pausePlugin("top") }
            try await test.until("it hangs") { FileManager.default.fileExists(atPath: hangs + ".reached") }
        }
        try FileManager.default.removeItem(atPath: hangs)
        #expect(try await values(shop, ["base"]) == ["41"])
    }
}
