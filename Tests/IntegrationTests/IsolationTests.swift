import Foundation
import PluginHost
import Testing

/// The same files with the same contract, in a process of their own.
@Suite("An isolated plugin")
struct IsolationTests {
    let workshop: Workshop

    init() throws { workshop = try Workshop() }

    @Test("answers, logs, and knows its settings, from a process of its own (RS-1)", .timeLimit(.minutes(1)))
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

    @Test("keeps its state over a reload, and leaves no retired image behind (HR-4)", .timeLimit(.minutes(1)))
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

    @Test("serves again from its last state after a crash in a call (RS-7)", .timeLimit(.minutes(1)))
    func recovers() async throws {
        let trap = workshop.root + "/trap"
        try workshop.install("id=a;crash=execute;while=\(trap)")
        try await TestHost.run(workshop.isolated()) { test async throws in
            #expect(try await test.call("increment") == "1")
            try Data().write(to: URL(fileURLWithPath: trap))
            let error = await #expect(throws: PluginError.self) { try await test.call("increment") }
            #expect(error?.code == .crashed)
            try FileManager.default.removeItem(atPath: trap)
            #expect(try await test.call("increment") == "1")
            try await test.until(.restarted)
            #expect(test.events(.crashed).count == 1)
            #expect(try await test.status().generation == 1)
        }
    }

    @Test("moves between processes with its state, while it is called (RS-1)", .timeLimit(.minutes(1)))
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

    @Test("shares a runner with its group, which loses all of it and no more (RS-1)", .timeLimit(.minutes(1)))
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
}
