import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

/// The same files with the same contract, in a process of their own.
@Suite("An isolated plugin", .limited)
struct IsolationTests {
    let workshop: Workshop

    init() throws { workshop = try Workshop() }

    @Test("answers, logs, and knows its settings, from a process of its own (RS-1)", .timeLimit(.minutes(10)))
    func answers() async throws {
        try workshop.install("id=a;version=1.2.3")
        try await TestHost.run(workshop.isolated()) { test async throws in
            #expect(try await test.call("increment") == "1")
            #expect(try await test.call("increment") == "2")
            let status = try await test.status()
            #expect(status.isolation == "process")
            #expect(status.version == "1.2.3")
            #expect(status.state == "running")
        }
    }

    @Test("starts where directories are named from where the host is (RS-1)", .timeLimit(.minutes(10)))
    func relativePaths() async throws {
        try workshop.install("id=a")
        let depth = FileManager.default.currentDirectoryPath.split(separator: "/").count
        func relative(_ path: String) -> String { String(repeating: "../", count: depth) + path.dropFirst() }
        let configuration = workshop.isolated {
            $0.stateDirectory = relative($0.stateDirectory)
            $0.imageDirectory = relative(workshop.root + "/images")
            $0.runner = $0.runner.map(relative)
            $0.trust = .any
        }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("increment", "2") == "2")
        }
    }

    @Test(
        "gives back the memory that its start took, and goes on as before",
        .disabled(if: Sanitizer.isThere, "most of its memory is the sanitizer's"),
        .timeLimit(.minutes(10))
    )
    func rests() async throws {
        try workshop.install("id=a")
        try await TestHost.run(workshop.isolated()) { test async throws in
            func resident() async throws -> Int { try #require(try await test.status().memory).residentBytes }
            var calls = 0
            try await test.until("a runner gives memory back") {
                calls += 1
                #expect(try await test.call("increment") == "\(calls)")
                let before = try await resident()
                // A quarter of what is in memory is libraries' that only the linker has read. On a machine that stands still the
                // runner may have given it back before it was asked; then the next one is.
                for _ in 0..<1000 {
                    if try await resident() < before - before / 4 { return true }
                    try await Task.sleep(for: .milliseconds(5))
                }
                let reloads = test.events(.reloadCompleted).count
                try workshop.install("id=a;version=1.\(calls).0")
                try await test.until(.reloadCompleted, count: reloads + 1)
                return false
            }
            #expect(try await test.call("increment") == "\(calls + 1)")
        }
    }

    @Test("keeps its state over a reload, and leaves no retired image behind (HR-4)", .timeLimit(.minutes(10)))
    func reloads() async throws {
        try workshop.install("id=a;tag=1")
        try await TestHost.run(workshop.isolated()) { test async throws in
            #expect(try await test.call("increment") == "1")
            try workshop.install("id=a;version=1.1.0;tag=2")
            try await test.until(.reloadCompleted)
            #expect(try await test.call("increment") == "2")
            let status = try await test.status()
            #expect(status.version == "1.1.0")
            #expect(status.retiredGenerations == 0)
        }
    }

    @Test("gives back the runner that was promised to a build that then was none (RS-4)", .timeLimit(.minutes(10)))
    func promises() async throws {
        try workshop.install("id=a;tag=1")
        let configuration = workshop.isolated { $0.strategy = .immediate }
        try await TestHost.run(configuration) { test async throws in
            let expected = [#"{use="plugins"} 1"#, #"{use="spare"} 1"#]
            func runners() async -> [String] {
                await test.host.metrics().split(separator: "\n").filter { $0.hasPrefix("plugin_host_runners{") }
                    .map { String($0.dropFirst("plugin_host_runners".count)) }.sorted()
            }
            try await test.until("a spare") { await runners() == expected }
            // The same content once more.
            try workshop.install("id=a;tag=1")
            try await test.until("the spare is taken or given back") { await runners() == expected }
            #expect(try await test.call("increment") == "1")
            try workshop.install("id=a;version=1.1.0;tag=2")
            try await test.until(.reloadCompleted)
            #expect(try await test.call("increment") == "2")
            try await test.until("one runner for one plugin") { await runners() == expected }
        }
    }

    @Test("moves between processes with its state, while it is called (RS-1)", .timeLimit(.minutes(10)))
    func moves() async throws {
        try workshop.install("id=a;concurrent=1")
        try await TestHost.run(workshop.isolated()) { test async throws in
            let handle = try await test.host.plugin("a")
            let caller = Callers(count: 2) { _ = try handle.call("increment", timeout: .seconds(30)) }
            for isolation: Isolation in [.inProcess, .group("g"), .process, .group("g"), .process] {
                let result = try await test.host.isolate("a", isolation)
                #expect(result.success, "\(result.error ?? "")")
                #expect(result.statePreserved)
                #expect(try await test.status().isolation == isolation.description)
            }
            let calls = try await caller.end()
            #expect(try await test.call("value") == "\(calls)")
        }
        // The choice is kept, though the configuration says something else.
        try await TestHost.run(workshop.isolated(.inProcess)) { test async throws in
            #expect(try await test.status().isolation == "process")
        }
    }

    @Test("shares a runner with its group, which loses all of it and no more (RS-1)", .timeLimit(.minutes(10)))
    func groups() async throws {
        let trap = workshop.root + "/trap"
        try workshop.install("id=a;crash=execute;while=\(trap)", as: "liba.so")
        try workshop.install("id=b", as: "libb.so")
        try workshop.install("id=c", as: "libc.so")
        let configuration = workshop.isolated(.group("g")) {
            $0.plugins["c"] = PluginSettings(isolation: .process)
        }
        try await TestHost.run(configuration) { test async throws in
            for id in ["a", "b", "c"] { #expect(try await test.call("increment", of: id) == "1") }
            try Data().write(to: URL(fileURLWithPath: trap))
            await #expect(throws: PluginError.self) { try await test.call("increment") }
            try FileManager.default.removeItem(atPath: trap)
            try await test.until(.restarted, count: 2)
            #expect(Set(test.events(.restarted).compactMap(\.plugin)) == ["a", "b"])
            #expect(try await test.call("increment", of: "b") == "1")
            #expect(try await test.call("increment", of: "c") == "2")
        }
    }

    @Test("is in no group before it is known to belong there (RS-1)", .timeLimit(.minutes(10)))
    func unknownInGroup() async throws {
        try workshop.install("id=a", as: "liba.so")
        let configuration = workshop.isolated(.group("g")) {
            $0.plugins["b"] = PluginSettings(isolation: .process)
            $0.maximumAttempts = 1
        }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("increment") == "1")
            try workshop.install("id=b;crash=constructor", as: "libb.so")
            try await test.until("b is refused") { await test.host.status().plugins.contains { $0.quarantine != nil } }
            #expect(try await test.call("increment") == "2")
            #expect(test.events(.crashed).isEmpty)
        }
    }

    @Test(
        "refuses the calls at once for which its runner has no thread, and goes on (RS-3)",
        .disabled(if: Sanitizer.isThere, "the memory is the sanitizer's"),
        .timeLimit(.minutes(10))
    )
    func tooManyAtOnce() async throws {
        try workshop.install("id=a;concurrent=1")
        let configuration = workshop.isolated { $0.runnerLimits.memory = 128 << 20 }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("takeall") != "0")
            let handle = try await test.host.plugin("a")
            let end = workshop.root + "/end"
            let call = OnThread { try handle.call("block", text: end) }
            try await test.until("it is in the plugin") { try await test.status().inFlight == 1 }
            let error = await #expect(throws: PluginError.self) { try await test.call("value") }
            #expect(error?.code == .busy && error?.message.contains("no memory for one more thread") == true)
            try Data().write(to: URL(fileURLWithPath: end))
            _ = try await call.value
            #expect(try await test.call("value") == "0")
            #expect(test.events(.crashed).isEmpty)
        }
    }

    /// What the first one of a group leaves nothing of to the others, and what the error names then.
    enum Room: String, CaseIterable {
        case openall = "runnerLimits.openFiles"
        case takeall = "no memory for one more thread"
    }

    @Test("is where a command has said after a restart too, whatever the file is called by then (RS-1)")
    func keptPlace() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.isolated(.inProcess)) { test async throws in
            #expect(try await test.host.isolate("a", .process).success)
        }
        try shop.remove("liba.so")
        try shop.install("id=a", as: "libb.so")
        try await TestHost.run(shop.isolated(.inProcess)) { test async throws in
            #expect(try await test.status().isolation == "process")
            #expect(try await test.call("value") == "0")
        }
    }

    @Test(
        "is refused where the runner of its group has no room for it, and the others go on (RS-1)",
        .disabled(if: Sanitizer.isThere, "the memory is the sanitizer's"),
        .timeLimit(.minutes(10)),
        arguments: Room.allCases
    )
    func fullGroup(room: Room) async throws {
        try workshop.install("id=a", as: "liba.so")
        try workshop.install("id=b", as: "libb.so")
        let configuration = workshop.isolated(.group("g")) {
            ($0.runnerLimits.openFiles, $0.runnerLimits.memory) = (64, 128 << 20)
            $0.plugins["b"] = PluginSettings(isolation: .process)
        }
        try await TestHost.run(configuration) { test async throws in
            for id in ["a", "b"] { #expect(try await test.call("increment", of: id) == "1") }
            #expect(try await test.call("\(room)") != "0")
            let result = try await test.host.isolate("b", .group("g"))
            #expect(!result.success && result.code == "exhausted")
            let error = try #require(result.error)
            #expect(
                error.contains("group:g has no room for it") && error.contains(room.rawValue),
                "\(error)"
            )
            for id in ["a", "b"] { #expect(try await test.call("increment", of: id) == "2") }
            #expect(test.events(.crashed).isEmpty)
        }
    }

    @Test("leaves neither threads nor descriptors behind where others stay (RS-6)", .timeLimit(.minutes(10)))
    func leavesGroup() async throws {
        for id in ["a", "b"] { try workshop.install("id=\(id);tag=0", as: "lib\(id).so") }
        try await TestHost.run(workshop.isolated(.group("g")) { $0.strategy = .manual }) { test async throws in
            func reload(_ tag: Int) async throws {
                try workshop.install("id=a;tag=\(tag)")
                #expect(await test.host.reload(["a"]).map(\.success) == [true])
                #expect(try await test.call("tag") == "\(tag)")
            }
            // The first one was served by the thread that stays as long as the process.
            try await reload(1)
            let runner = try #require(try workshop.runners().first)
            func held() throws -> [Int] {
                try ["fd", "task"].map { try Directory.names("/proc/\(runner)/\($0)").count }
            }
            let before = try held()
            for tag in 2...5 { try await reload(tag) }
            try await test.until("the others are gone") { zip(try held(), before).allSatisfy { $0 <= $1 } }
            #expect(test.events(.crashed).isEmpty)
        }
    }

    @Test("answers and keeps states of any size, however small its files have to be", .timeLimit(.minutes(10)))
    func fileSize() async throws {
        try workshop.install("id=a;statesize=400000")
        let configuration = workshop.isolated { ($0.runnerLimits.fileSize, $0.strategy) = (4096, .manual) }
        try await TestHost.run(configuration) { test async throws in
            let text = String((0..<500_000).map { Character(Unicode.Scalar(UInt8(97 + $0 % 26))) })
            #expect(try await test.call("echo", text) == text)
            #expect(try await test.call("increment") == "1")
            try workshop.install("id=a;statesize=400000;tag=2")
            let result = await test.host.reload(["a"]).first
            #expect(result?.success == true && result?.statePreserved == true, "\(result?.error ?? "")")
            #expect(try await test.call("increment") == "2")
            #expect(test.events(.crashed).isEmpty)
        }
    }
}
