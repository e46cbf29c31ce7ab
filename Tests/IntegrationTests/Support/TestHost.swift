import Foundation
import PluginHost
import Synchronization
import TestSupport
import Testing

/// A host in the test's process, with all that it has said.
final class TestHost: Sendable {
    let host: PluginHost
    private let seen = Mutex<[PluginEvent]>([])
    private let said: Logbook

    /// What a host logs.
    final class Logbook: Sendable {
        let records = Mutex<[LogRecord]>([])
    }

    private init(_ host: PluginHost, _ said: Logbook) {
        self.host = host
        self.said = said
    }

    /// Runs a test against a host that is started before and stopped after it.
    static func run(
        _ configuration: HostConfiguration,
        calls: HostCalls = .live,
        _ body: (TestHost) async throws -> Void
    ) async throws {
        let said = Logbook()
        let test = TestHost(
            try PluginHost(configuration, calls: calls) { record in said.records.withLock { $0.append(record) } },
            said
        )
        let events = test.host.events()
        let listener = Task {
            for await event in events { test.seen.withLock { $0.append(event) } }
        }
        try await test.host.start()
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(test))
        } catch {
            outcome = .failure(error)
            // Why something is not there stands in the log, hardly ever in the error.
            for record in test.log { print("\(record.level) \(record.name): \(record.message)") }
        }
        await test.host.stop()
        listener.cancel()
        try outcome.get()
    }

    // MARK: Asking

    var events: [PluginEvent] { seen.withLock { $0 } }
    var log: [LogRecord] { said.records.withLock { $0 } }

    func events(_ kind: PluginEvent.Kind) -> [PluginEvent] {
        events.filter { $0.event == kind }
    }

    func status(_ id: String = "a") async throws -> PluginStatus {
        try #require(await host.status().plugins.first { $0.id == id })
    }

    func call(_ method: String, _ text: String = "", of id: String = "a") async throws -> String {
        // A call may have to wait for the host, which must not have to wait for the threads of tasks.
        let handle = try await host.plugin(id)
        return try await OnThread { try handle.call(method, text: text) }.value
    }

    // MARK: Waiting

    /// Waits until a condition holds; the test's time limit ends a wait in vain.
    func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        try await eventually(condition)
    }

    /// Waits until there are so many events of a kind.
    func until(_ kind: PluginEvent.Kind, count: Int = 1) async throws {
        try await until("\(count) × \(kind.rawValue)") { events(kind).count >= count }
    }

    /// Waits until a plugin serves as a generation.
    func until(generation: UInt64, of id: String = "a") async throws {
        try await until("generation \(generation) of \(id)") {
            await host.status().plugins.first { $0.id == id }?.generation == generation
        }
    }
}
