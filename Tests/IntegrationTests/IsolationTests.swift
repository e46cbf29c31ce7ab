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
}
