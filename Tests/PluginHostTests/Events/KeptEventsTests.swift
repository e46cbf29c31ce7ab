import Glibc
import LinuxSystem
import Synchronization
import TestSupport
import Testing

@testable import PluginHost

@Suite("Events that are kept (PL-7)", .timeLimit(.minutes(10)))
final class KeptEventsTests {
    private let directory: TemporaryDirectory
    private let loop: EventLoop
    private let storage = WorkerPool(name: "test", limit: 1)
    private let kept: KeptEvents

    init() throws {
        directory = try TemporaryDirectory()
        loop = try EventLoop(name: "test")
        let log = EventLog(path: "\(directory.path)/events.jsonl")
        kept = KeptEvents(log, on: storage, loop: loop) { Issue.record("\($0.message)") }
    }

    deinit {
        loop.stop()
        storage.stop()
    }

    private static func event(_ plugin: String) -> PluginEvent { PluginEvent(.loaded, plugin: plugin) }

    /// Keeps events on the thread of the loop, and waits until that is done.
    private func keepOnLoop(_ plugins: String...) async {
        let (loop, kept) = (loop, kept)
        await withCheckedContinuation { continuation in
            loop.perform {
                for plugin in plugins { kept.keep(Self.event(plugin)) }
                continuation.resume()
            }
        }
    }

    private var lines: Int { directory.contents("events.jsonl")?.count { $0 == 10 } ?? 0 }

    @Test("are there for whoever asks, written or not")
    func recent() async {
        await keepOnLoop("a", "b")
        #expect(await kept.recent(10).map(\.plugin) == ["a", "b"])
        #expect(lines == 2)
    }

    @Test("are written in a moment though nobody asks")
    func areWritten() async throws {
        await keepOnLoop("a", "b")
        try await until { lines == 2 }
        kept.keep(Self.event("c"))
        try await until { lines == 3 }
    }

    @Test("tell once that they can't be written, and when they are again")
    func tells() async throws {
        let records = Mutex<[LogRecord]>([])
        let path = "\(directory.path)/none/events.jsonl"
        let kept = KeptEvents(EventLog(path: path), on: storage, loop: loop) { record in
            records.withLock { $0.append(record) }
        }
        func keep() async {
            kept.keep(Self.event("a"))
            await storage.run {}
        }
        var levels: [LogRecord.Level] { records.withLock { $0.map(\.level) } }
        for _ in 1...2 { await keep() }
        #expect(levels == [.error])
        try Directory.make("\(directory.path)/none")
        for _ in 1...2 { await keep() }
        #expect(levels == [.error, .info])
        try FileCalls.live.remove(path)
        #expect(rmdir("\(directory.path)/none") == 0)
        await keep()
        #expect(levels == [.error, .info, .error])
    }

    @Test("are written at the end though the loop has ended")
    func atTheEnd() async {
        await keepOnLoop("a")
        loop.stop()
        kept.keep(Self.event("b"))
        kept.write()
        #expect(await storage.run { 1 } == 1)
        #expect(lines == 2)
    }
}
