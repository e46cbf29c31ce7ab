import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("The permissions of a plugin that runs (RS-13)", .limited, .timeLimit(.minutes(10)))
struct PermissionTests {
    @Test("are enforced: what is denied is answered so and named once", arguments: [Isolation.inProcess, .process])
    func enforced(isolation: Isolation) async throws {
        let shop = try Workshop()
        try shop.install("id=a;perms=events.emit,call:b")
        let configuration = shop.isolated(isolation) {
            $0.permissions = PermissionPolicy([.init(plugins: "a", grant: ["call:*"], deny: ["events.emit"])])
        }
        try await TestHost.run(configuration) { test async throws in
            for _ in 0..<3 {
                let error = await #expect(throws: PluginError.self) { try await test.call("emit", "payload") }
                #expect(error?.code == .unauthorised)
            }
            let isNamed = { @Sendable in test.log.filter { $0.message.contains("'events.emit' is denied") }.count }
            try await test.until("the log names it") { isNamed() > 0 }
            #expect(isNamed() == 1)
            #expect(test.events(.custom).isEmpty)
            let permissions = try #require(try await test.status().permissions)
            #expect(permissions.asked == ["events.emit", "call:b"])
            #expect(permissions.granted == ["log", "schedule", "call:b"])
            #expect(permissions.refused.map(\.permission) == ["events.emit"])
        }
    }

    @Test("open what is asked for and granted in a runner that is closed otherwise, and the status tells what holds")
    func sandboxed() async throws {
        let shop = try Workshop()
        let (first, second, closed) = (shop.root + "/open1", shop.root + "/open2", shop.root + "/closed")
        for path in [first, second, closed] { try Data("x".utf8).write(to: URL(fileURLWithPath: path)) }
        try shop.install("id=a;perms=fs.read:\(first),fs.read:\(closed)")
        let configuration = shop.isolated {
            $0.permissions = PermissionPolicy([.init(plugins: "a", grant: ["fs.read:\(shop.root)/open*"])])
        }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("open", first) == "open")
            #expect(try await test.call("open", second) == "13")
            #expect(try await test.call("open", closed) == "13")
            let status = try await test.status()
            #expect(status.permissions?.granted.last == "fs.read:\(first)")
            let sandbox = try #require(status.sandbox)
            #expect(sandbox.holds.contains("files") && sandbox.holds.contains("no-new-privileges"))

            try shop.install("id=a;perms=fs.read:\(second);version=1.1.0")
            try await test.until(.reloadCompleted)
            #expect(try await test.call("open", first) == "13")
            #expect(try await test.call("open", second) == "open")
        }
    }

    @Test("of files don't hold in a group, and the status and the log say so")
    func inGroup() async throws {
        let shop = try Workshop()
        let open = shop.root + "/open"
        try Data("x".utf8).write(to: URL(fileURLWithPath: open))
        try shop.install("id=a;perms=fs.read:\(open)")
        let configuration = shop.isolated {
            $0.isolation = .group("g")
            $0.permissions = PermissionPolicy([.init(plugins: "a", grant: ["fs.read:\(open)"])])
        }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("open", open) == "13")
            let notes = try #require(try await test.status().sandbox?.notes)
            #expect(notes.contains { $0.hasPrefix("in a group, permissions about files and ports don't hold") })
            let said = test.log.filter { $0.level == .warning && $0.message.contains("don't hold in group:g") }
            #expect(said.map(\.name) == ["a"])
            #expect(said.first?.message.contains("without any: fs.read:\(open); ") == true)
            // In a runner of its own it is as granted.
            #expect(try await test.host.isolate("a", .process).success)
            #expect(try await test.call("open", open) == "open")
        }
    }

    @Test("that nobody gave are missing on every thread of a runner")
    func everyThread() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.isolated()) { test async throws in
            // Whatever runner it was at first: this one was kept ready for it.
            try shop.install("id=a;version=1.1.0")
            try await test.until(.reloadCompleted)
            #expect(try await test.call("version") == "1.1.0")
            // A runner is in its plugin's own directory; besides this one, that of the build before may not be gone yet.
            let files = FileManager.default
            let runners = try files.contentsOfDirectory(atPath: "/proc").filter { process in
                let place = try? files.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")
                return place?.hasPrefix(shop.root) == true && place?.hasSuffix("/plugins/a/data") == true
            }
            let threads = runners.flatMap { process in
                let threads = (try? files.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
                return threads.compactMap {
                    try? String(contentsOfFile: "/proc/\(process)/task/\($0)/status", encoding: .utf8)
                }
            }
            // One serves the lifecycle, one calls, and one takes the host's messages.
            #expect(threads.count >= 3)
            for status in threads {
                #expect(status.contains("NoNewPrivs:\t1\n") && status.contains("CapEff:\t0000000000000000\n"))
            }
        }
    }

    @Test(
        "need not be asked for if they are harmless, and bad ones cost a warning",
        arguments: [Isolation.inProcess, .process]
    )
    func harmless(isolation: Isolation) async throws {
        let shop = try Workshop()
        try shop.install("id=a;perms=fs.read:data")
        try await TestHost.run(shop.isolated(isolation)) { test async throws in
            _ = try await test.call("emit", "payload")
            try await test.until(.custom)
            #expect(try await test.call("interface", "ph.shared-state/1") == "none")
            let warnings = test.log.filter {
                $0.level == .warning && $0.message.contains("'fs.read:data', which names no")
            }
            #expect(warnings.count == 1)
        }
    }
}
