import Foundation
import PluginHost
import TestSupport
import Testing

/// What a start leaves to be written when everything runs already.
@Suite("What a start writes down", .limited, .timeLimit(.minutes(10)))
struct StartTests {
    /// Calls of which those that wait for the disk return when the flag is set.
    private func slowDisk(until flag: Flag) -> HostCalls {
        let faults = Faults()
        faults.begin { call, path in
            guard call == .synchronise, path.contains("/plugins/") else { return nil }
            while !flag.isSet { Thread.sleep(forTimeInterval: 0.001) }
            return nil
        }
        return faults.calls
    }

    private func names(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    @Test("is written after all plugins run, and a reload waits for it (HR-8)")
    func reloadWaits() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        let flag = Flag()
        try await TestHost.run(shop.configuration(), calls: slowDisk(until: flag)) { test async throws in
            #expect(try await test.call("tag") == "1")
            try await test.until(.loaded)
            #expect(names(shop.state + "/plugins/a").contains("journal.json") == false)
            try shop.install("id=a;tag=2")
            let reload = Task { await test.host.reload(["a"]) }
            // The history in memory is what it will be on the disk.
            #expect(try await test.host.history(of: "a").map(\.generation) == [1])
            #expect(try await test.status().generation == 1)
            flag.set()
            #expect(await reload.value.map(\.generation) == [2])
            #expect(try await test.call("tag") == "2")
            #expect(try await test.host.history(of: "a").map(\.generation) == [1, 2])
            #expect(names(shop.state + "/plugins/a/builds").count == 2)
        }
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.host.history(of: "a").map(\.generation) == [1, 2, 3])
        }
    }

    @Test("is on the disk when the host has stopped (HR-8)")
    func stopWaits() async throws {
        let shop = try Workshop()
        for id in ["a", "b", "c"] { try shop.install("id=\(id);stateless=1", as: "lib\(id).so") }
        try await TestHost.run(shop.configuration()) { _ async throws in }
        for id in ["a", "b", "c"] {
            #expect(names(shop.state + "/plugins/\(id)") == ["builds", "journal.json"])
            #expect(names(shop.state + "/plugins/\(id)/builds").count == 1)
        }
    }

    @Test("may be lost to a kill, after which all is as before the start (HR-6, HR-8)")
    func survivesKill() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("increment", "41")
        }
        try shop.install("id=a;tag=2")
        let flag = Flag()
        let left = shop.root + "/left"
        try await TestHost.run(shop.configuration(), calls: slowDisk(until: flag)) { test async throws in
            #expect(try await test.status().generation == 2)
            // What a kill leaves is what is on the disk at this moment.
            try FileManager.default.copyItem(atPath: shop.state, toPath: left)
            flag.set()
        }
        let configuration = shop.configuration { $0.stateDirectory = left }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.host.history(of: "a").map(\.generation) == [1, 2])
            #expect(try await test.call("tag") == "2")
            #expect(try await test.call("increment") == "42")
            #expect(test.log.filter { $0.level != .info } == [])
            let rollback = try await test.host.rollBack("a")
            #expect(rollback.success)
            #expect(try await test.call("tag") == "1")
        }
    }

    @Test("is told of when the disk does not take it, and written when it does (HR-6)")
    func catchesUp() async throws {
        let shop = try Workshop()
        try shop.install("id=a;stateless=1")
        let faults = Faults()
        faults.begin { call, path in call == .synchronise && path.contains("/plugins/a") ? ENOSPC : nil }
        let configuration = shop.configuration { $0.checkpointInterval = .milliseconds(20) }
        try await TestHost.run(configuration, calls: faults.calls) { test async throws in
            try await test.until(.error)
            #expect(test.events(.error).first?.error?.contains("could not be written down") == true)
            #expect(try await test.call("value") == "0")
            faults.end()
            try await test.until("its journal") { names(shop.state + "/plugins/a").contains("journal.json") }
            #expect(names(shop.state + "/plugins/a/builds").count == 1)
        }
    }
}

/// One file of many that is bad, slow or late.
@Suite("A start with many files", .limited, .timeLimit(.minutes(10)))
struct ManyFilesTests {
    private func names(_ count: Int) -> [String] { (0..<count).map { "p\($0)" } }

    @Test("loses nothing but the file that hangs (HR-5)", arguments: ["factory", "create", "start"])
    func survivesHang(step: String) async throws {
        let shop = try Workshop()
        let flag = shop.root + "/flag"
        _ = FileManager.default.createFile(atPath: flag, contents: nil)
        for name in names(6) { try shop.install("id=\(name)", as: "lib\(name).so") }
        try shop.install("id=p2;hang=\(step);while=\(flag)", as: "libp2.so")
        try shop.install("id=p3;deps=p0", as: "libp3.so")
        try shop.install("id=p4;deps=p2", as: "libp4.so")
        let configuration = shop.configuration {
            // Long enough for a good build on a busy machine.
            $0.lifecycleTimeout = .seconds(5)
            $0.maximumAttempts = 1
        }
        try await TestHost.run(configuration) { test async throws in
            for name in ["p0", "p1", "p3", "p5"] { #expect(try await test.call("value", of: name) == "0") }
            let failed = await test.host.status().plugins.filter { $0.generation == 0 }
            #expect(failed.map(\.path).sorted() == [shop.path("libp2.so"), shop.path("libp4.so")])
            try await test.until(.reloadFailed, count: 2)
            #expect(test.events(.reloadFailed).contains { $0.error?.hasPrefix("timed-out") == true })
            #expect(test.events(.reloadFailed).contains { $0.error?.contains("needs plugin 'p2'") == true })

            // What was given up comes back and changes nothing; the next build is taken, and with it what waited for it.
            try FileManager.default.removeItem(atPath: flag)
            try shop.install("id=p2", as: "libp2.so")
            try await test.until(generation: 1, of: "p2")
            try await test.until(generation: 1, of: "p4")
        }
    }

    @Test("tries a build of a known plugin as often as any other, and counts from one (HR-3, HR-5)")
    func countsAttempts() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.configuration()) { _ in }
        try shop.install("id=a;fail=start")
        try await TestHost.run(shop.configuration { $0.maximumAttempts = 3 }) { test async throws in
            try await test.until("the build is set aside") { try await test.status().quarantine != nil }
            try await test.until(.reloadFailed, count: 3)
            #expect(test.events(.reloadFailed).map(\.attempt) == [1, 2, 3])
        }
    }

    @Test("begins all in order, after those that failed, and keeps their generations (HR-8, HR-12)")
    func ordersMany() async throws {
        let shop = try Workshop()
        for (index, name) in names(12).enumerated() {
            let need = index == 0 ? "" : ";deps=p\(index - 1)"
            // The names of the files say the contrary of the order.
            try shop.install("id=\(name)\(need)", as: "lib\(50 - index).so")
        }
        try shop.install("id=x;fail=start", as: "libx.so")
        for generation: UInt64 in 1...2 {
            try await TestHost.run(shop.configuration { $0.maximumAttempts = 1 }) { test async throws in
                try await test.until(.loaded, count: 12)
                #expect(test.events(.loaded).map(\.plugin) == names(12))
                #expect(test.events(.loaded).allSatisfy { $0.generation == generation })
            }
        }
    }

    @Test("finds every plugin again whose files have taken each other's names (HR-9)")
    func exchanged() async throws {
        let shop = try Workshop()
        for name in names(3) { try shop.install("id=\(name);tag=1", as: "lib\(name).so") }
        try await TestHost.run(shop.configuration()) { test async throws in
            for (index, name) in names(3).enumerated() { _ = try await test.call("increment", "\(index)", of: name) }
        }
        for (index, name) in names(3).enumerated() {
            try shop.install("id=p\((index + 1) % 3);tag=2", as: "lib\(name).so")
        }
        for generation: UInt64 in 2...3 {
            try await TestHost.run(shop.configuration()) { test async throws in
                for (index, name) in names(3).enumerated() {
                    try await test.until(generation: generation, of: name)
                    #expect(try await test.call("tag", of: name) == "2")
                    #expect(try await test.call("value", of: name) == "\(index)")
                    #expect(try await test.status(name).path == shop.path("libp\((index + 2) % 3).so"))
                }
                try await test.until(.pluginDiscovered, count: 3)
                #expect(test.events(.pluginRemoved).isEmpty && test.events(.pluginDiscovered).count == 3)
            }
        }
    }

    @Test("takes a file that arrives meanwhile (HR-9)")
    func takesLateFile() async throws {
        let shop = try Workshop()
        let flag = shop.root + "/flag"
        _ = FileManager.default.createFile(atPath: flag, contents: nil)
        try shop.install("id=a;hang=start;while=\(flag)")
        let configuration = shop.configuration {
            $0.lifecycleTimeout = .seconds(5)
            $0.maximumAttempts = 1
        }
        let late = OnThread {
            while !FileManager.default.fileExists(atPath: flag + ".reached") { Thread.sleep(forTimeInterval: 0.001) }
            try shop.install("id=b", as: "libb.so")
        }
        try await TestHost.run(configuration) { test async throws in
            try await late.value
            try await test.until(generation: 1, of: "b")
            try FileManager.default.removeItem(atPath: flag)
        }
    }

    @Test("ends a plugin whose file was removed while its first image was made (HR-9)")
    func removesLateFile() async throws {
        let shop = try Workshop()
        let flag = shop.root + "/flag"
        _ = FileManager.default.createFile(atPath: flag, contents: nil)
        try shop.install("id=b", as: "libb.so")
        // Or nothing else would be ended while the factory hangs.
        let configuration = shop.configuration { $0.reloadsInParallel = true }
        try await TestHost.run(configuration) { test async throws in
            try shop.install("id=a;hang=factory;while=\(flag)", as: "liba.so")
            try await test.until("its factory") { FileManager.default.fileExists(atPath: flag + ".reached") }
            try shop.remove("liba.so")
            // When the host knows of a later removal, it knows of this one.
            try shop.remove("libb.so")
            try await test.until(.pluginRemoved)
            try FileManager.default.removeItem(atPath: flag)
            try await test.until(.pluginRemoved, count: 2)
            #expect(test.events(.pluginRemoved).map(\.plugin) == ["b", "a"])
            #expect(await test.host.status().plugins.isEmpty)
        }
    }

    @Test("begins no plugin whose file is removed while its image is made (HR-9)")
    func dropsRemovedFile() async throws {
        let shop = try Workshop()
        let flag = shop.root + "/flag"
        _ = FileManager.default.createFile(atPath: flag, contents: nil)
        try shop.install("id=p0", as: "libp0.so")
        try shop.install("id=p1;hang=factory;while=\(flag)", as: "libp1.so")
        let host = try PluginHost(shop.configuration())
        let events = host.events()
        let listener = Task { () -> PluginEvent? in
            for await event in events where event.event == .pluginRemoved {
                try FileManager.default.removeItem(atPath: flag)
                return event
            }
            return nil
        }
        let removal = OnThread {
            while !FileManager.default.fileExists(atPath: flag + ".reached") { Thread.sleep(forTimeInterval: 0.001) }
            try shop.remove("libp1.so")
        }
        try await host.start()
        try await removal.value
        #expect(try await listener.value?.path == shop.path("libp1.so"))
        #expect(await host.status().plugins.map(\.id) == ["p0"])
        // Its name is free for the next file.
        try shop.install("id=p1", as: "libp1.so")
        while await host.status().plugins.map(\.id) != ["p0", "p1"] { try await Task.sleep(for: .milliseconds(5)) }
        await host.stop()
    }
}
