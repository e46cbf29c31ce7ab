import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("A plugin whose process ends while it does not serve", .limited, .timeLimit(.minutes(10)))
struct AbsenceTests {
    /// Ends the process that has a plugin's image mapped, and waits until there is another.
    private func endProcess(of id: String, _ shop: Workshop, _ test: TestHost) async throws {
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
        let process = processes.first { process in
            guard process != getpid(),
                let maps = try? OwnedFileDescriptor.open("/proc/\(process)/maps", flags: O_RDONLY).readToEnd()
            else { return false }
            let text = String(decoding: maps, as: UTF8.self)
            return text.contains(shop.root) && text.contains("lib\(id)")
        }
        kill(try #require(process), SIGKILL)
        try await test.until("it has a process again") { test.events(.restarted).contains { $0.plugin == id } }
    }

    @Test("stays stopped, and what needs it stays paused")
    func stopped() async throws {
        let shop = try Workshop()
        try shop.install("id=base", as: "libbase.so")
        try shop.install("id=top;deps=base;pauses=1", as: "libtop.so")
        try await TestHost.run(shop.isolated()) { test async throws in
            try await test.until("both run") {
                await test.host.status().plugins.map(\.state) == ["running", "running"]
            }
            #expect(try await test.host.stopPlugin("base").success)
            try await test.until("it is held") { try await test.status("top").state == "paused" }
            try await endProcess(of: "base", shop, test)
            // It is refused, when all has been done that comes with a restart.
            #expect(try await test.host.pausePlugin("base").code == "illegal-transition")
            #expect(try await test.status("base").state == "stopped")
            #expect(try await test.status("top").state == "paused")
            #expect(try await test.host.startPlugin("base").success)
            #expect(try await test.call("dependency", of: "top") == "back:base:1")
        }
    }

    @Test("stays paused, and its calls are held")
    func paused() async throws {
        let shop = try Workshop()
        try shop.install("id=base;saves=1", as: "libbase.so")
        try await TestHost.run(shop.isolated()) { test async throws in
            #expect(try await test.call("increment", "3", of: "base") == "3")
            #expect(try await test.host.pausePlugin("base").success)
            let handle = try await test.host.plugin("base")
            let call = OnThread { try handle.call("increment", text: "4") }
            try await test.until("a call is held") { try await test.status("base").heldCalls == 1 }
            try await endProcess(of: "base", shop, test)
            #expect(try await test.host.pausePlugin("base").code == "illegal-transition")
            let status = try await test.status("base")
            #expect(status.state == "paused" && status.heldCalls == 1)
            #expect(try await test.host.resumePlugin("base").success)
            #expect(try await call.value == "7")
            #expect(try await test.status("base").state == "running")
        }
    }
}
