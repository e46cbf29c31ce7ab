import Glibc
import LinuxSystem
import Synchronization
import TestSupport
import Testing

@testable import PluginHost

@Suite("The log of a host", .timeLimit(.minutes(10)))
struct HostLogTests {
    /// Collects what comes, and turns a clock by hand.
    private final class Scene: Sendable {
        let records = Mutex<[LogRecord]>([])
        let time = Mutex<UInt64>(1_000_000_000_000)

        var messages: [String] { records.withLock { $0.map(\.message) } }

        func log(_ levels: LogLevels = LogLevels(), rate: Int = 500, file: LogFile? = nil) -> HostLog {
            HostLog(
                levels: levels,
                rate: rate,
                file: file,
                now: { MonotonicInstant(nanoseconds: self.time.withLock { $0 }) },
                sink: { record in self.records.withLock { $0.append(record) } }
            )
        }

        func pass(_ seconds: UInt64) { time.withLock { $0 += seconds * 1_000_000_000 } }
    }

    private func record(_ message: String, _ name: String = "counter", _ level: LogRecord.Level = .info) -> LogRecord {
        LogRecord(level, name, message, plugin: name == "host" ? nil : name)
    }

    @Test("passes what the level of the name allows, and the level can change (CH-4)")
    func levels() {
        let scene = Scene()
        let log = scene.log(LogLevels(standard: .info, byName: ["loud": .debug]))
        log.write(record("1", "counter", .debug))
        log.write(record("2", "loud", .debug))
        log.setLevel(.trace, of: "counter")
        log.write(record("3", "counter", .trace))
        log.setLevel(nil, of: "counter")
        log.write(record("4", "counter", .trace))
        log.setLevel(.error, of: nil)
        log.write(record("5", "counter", .warning))
        #expect(scene.messages == ["2", "3"])
        #expect(log.levels == LogLevels(standard: .error, byName: ["loud": .debug]))
        log.close()
    }

    @Test("limits who logs in a loop, and tells how much was dropped")
    func limits() {
        let scene = Scene()
        let log = scene.log(rate: 10)
        for number in 0..<100 { log.write(record("\(number)")) }
        log.write(record("someone else", "quiet"))
        log.write(record("the host", "host"))
        #expect(scene.messages == (0..<40).map(String.init) + ["someone else", "the host"])
        scene.pass(1)
        for number in 100..<120 { log.write(record("\(number)")) }
        let later = Array(scene.messages.dropFirst(42))
        #expect(
            later.first
                == "60 records of counter were dropped: it logs more than 10 a second, which is the limit (logRate)"
        )
        #expect(later.dropFirst() == (100..<110).map(String.init)[...])
        log.tellDropped()
        #expect(scene.messages.last?.hasPrefix("10 records of counter were dropped") == true)
        log.tellDropped()
        #expect(scene.messages.count == 42 + 11 + 1)
        log.close()
    }

    @Test("without a limit drops nothing")
    func unlimited() {
        let scene = Scene()
        let log = scene.log(rate: 0)
        for number in 0..<5000 { log.write(record("\(number)")) }
        #expect(scene.messages.count == 5000)
        log.close()
    }

    @Test("cuts a message that is too long")
    func cuts() {
        let scene = Scene()
        let log = scene.log()
        log.write(record(String(repeating: "é", count: 100_000)))
        #expect(scene.messages.first?.hasSuffix("… (183616 more bytes)") == true)
        log.close()
    }

    @Test("keeps records in its file and finds those that are wanted, also of an earlier run")
    func file() throws {
        let scratch = try TemporaryDirectory()
        let file = LogFile(path: "\(scratch.path)/logs/host.log")
        let first = Scene().log(file: file)
        first.write(record("one"))
        first.write(record("two", "quiet", .warning))
        first.close()
        let second = Scene().log(file: file)
        second.write(record("three\nforged", "counter", .error))
        let all = second.recent(HostLog.Query())
        #expect(all.map(\.message) == ["one", "two", "three\nforged"])
        #expect(all.map(\.name) == ["counter", "quiet", "counter"])
        #expect(second.recent(HostLog.Query(plugin: "counter")).map(\.message) == ["one", "three\nforged"])
        #expect(second.recent(HostLog.Query(level: .warning, count: 1)).map(\.message) == ["three\nforged"])
        second.close()
    }

    @Test("says once that its file can't be written, goes on, and says how much is missing")
    func fullDisk() throws {
        let scratch = try TemporaryDirectory()
        let isFull = Mutex(true)
        var calls = FileCalls.live
        calls.write = { (descriptor, bytes, start) throws(SystemCallError) in
            guard !isFull.withLock({ $0 }) else { throw SystemCallError(call: "write", code: ENOSPC) }
            return try FileCalls.live.write(descriptor, bytes, start)
        }
        let scene = Scene()
        let file = LogFile(path: "\(scratch.path)/host.log", calls: calls)
        let log = scene.log(file: file)
        // Each has its own batch: what asks for the file waits for what was written before.
        for number in 0..<3 {
            log.write(record("\(number)"))
            _ = log.recent(HostLog.Query(count: 100))
        }
        #expect(scene.messages.filter { $0.hasPrefix("records are not kept for the moment") }.count == 1)
        isFull.withLock { $0 = false }
        log.write(record("room again"))
        _ = log.recent(HostLog.Query(count: 100))
        let kept = try file.recent(10) { _ in true }.map(\.message)
        #expect(kept.count == 2 && kept.last == "room again")
        #expect(kept.first?.contains("3 records are missing in it") == true)
        log.close()
    }

    @Test("works without its file when that can't be made")
    func unwritable() throws {
        let scratch = try TemporaryDirectory()
        try Directory.make("\(scratch.path)/host.log")
        let scene = Scene()
        let log = scene.log(file: LogFile(path: "\(scratch.path)/host.log"))
        log.write(record("one"))
        #expect(log.recent(HostLog.Query()).map(\.message).first == "one")
        #expect(scene.messages.first == "one")
        log.close()
        #expect(
            scene.messages.contains { $0.hasPrefix("records are not kept for the moment") && $0.contains("host.log") }
        )
    }

    @Test("tells those who follow it")
    func follows() async {
        let log = Scene().log()
        let stream = log.records()
        log.write(record("one"))
        log.close()
        var messages: [String] = []
        for await record in stream { messages.append(record.message) }
        #expect(messages == ["one"])
    }
}
