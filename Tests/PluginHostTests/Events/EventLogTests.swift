import FoundationEssentials
import Glibc
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("A log of events")
struct EventLogTests {
    private func event(_ number: UInt64) -> PluginEvent {
        var event = PluginEvent(.reloadFailed, plugin: "counter", generation: number, path: "/plugins/counter.so")
        event.time = Date(timeIntervalSince1970: 1_795_000_000 + Double(number) / 1000)
        event.error = "it broke:\n\"badly\""
        return event
    }

    private func generations(_ log: EventLog, last count: Int = 1000) throws -> [UInt64] {
        try log.recent(count).compactMap(\.generation)
    }

    @Test("gives back the last events, oldest first, also after a restart")
    func keeps() throws {
        let directory = try TemporaryDirectory()
        let log = EventLog(path: "\(directory.path)/events.jsonl")
        #expect(try log.recent(5) == [])
        for number in 1...5 as ClosedRange<UInt64> { try log.append(event(number)) }
        #expect(try log.recent(2) == [event(4), event(5)])
        #expect(try EventLog(path: "\(directory.path)/events.jsonl").recent(1000).first == event(1))
        #expect(try log.recent(0) == [])
        #expect(try log.recent(-1) == [])
        #expect(directory.contents("events.jsonl")?.count { $0 == 10 } == 5)
    }

    @Test("refuses a pipe in its place, and waits for nobody", .timeLimit(.minutes(10)))
    func pipe() throws {
        let directory = try TemporaryDirectory()
        let log = EventLog(path: "\(directory.path)/events.jsonl")
        #expect(mkfifo("\(directory.path)/events.jsonl", 0o600) == 0)
        let error = #expect(throws: PluginError.self) { try log.append(event(1)) }
        #expect(error?.code == .storage)
        #expect(try log.recent(5) == [])
    }

    @Test("begins a new file when one is full, and keeps one old one")
    func rotates() throws {
        let directory = try TemporaryDirectory()
        let log = EventLog(path: "\(directory.path)/events.jsonl", limit: 500)
        for number in 1...20 as ClosedRange<UInt64> { try log.append(event(number)) }
        #expect(try Directory.names(directory.path).sorted() == ["events.1.jsonl", "events.jsonl"])
        let kept = try generations(log)
        #expect(kept.last == 20)
        #expect(kept.count > 3)
        #expect(zip(kept, kept.dropFirst()).allSatisfy { $0 + 1 == $1 })
        #expect((directory.contents("events.jsonl") ?? []).count <= 500)
        let tiny = EventLog(path: "\(directory.path)/tiny.jsonl", limit: 0)
        for number in 1...3 as ClosedRange<UInt64> { try tiny.append(event(number)) }
        #expect(try generations(tiny) == [2, 3])
    }

    @Test(
        "passes over lines that are torn or damaged",
        arguments: ["{\"time\":\"2026-", "{}\n", "\u{0}\u{0}\u{0}", "[1,2]\n{\"event\":\"unheard-of\"}\n", "\n\n\n"]
    )
    func toleratesDamage(garbage: String) throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/events.jsonl"
        let log = EventLog(path: path)
        try log.append(event(1))
        try AtomicFile.replace(path, with: (directory.contents("events.jsonl") ?? []) + Array(garbage.utf8))
        #expect(try generations(log) == [1])
        try log.append(event(2))
        #expect(try generations(log) == [1, 2])
    }

    @Test("loses no other event when the disk is full in the middle of one", arguments: [ENOSPC, EIO])
    func survivesFullDisk(code: CInt) throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/events.jsonl"
        var calls = FileCalls.live
        calls.write = { (descriptor, bytes, start) throws(SystemCallError) in
            guard start == 0 else { throw SystemCallError(call: "write", code: code) }
            return try FileCalls.live.write(descriptor, Array(bytes.prefix(20)), 0)
        }
        let log = EventLog(path: path)
        try log.append(event(1))
        let error = #expect(throws: PluginError.self) { try EventLog(path: path, calls: calls).append(event(2)) }
        #expect(error?.code == .storage)
        try log.append(event(3))
        #expect(try generations(log) == [1, 3])
    }

    @Test("goes on after signals and short writes")
    func restarts() throws {
        let directory = try TemporaryDirectory()
        var calls = FileCalls.live
        calls.write = { (descriptor, bytes, start) throws(SystemCallError) in
            let upTo = Array(bytes.prefix(start + 1))
            return try FileCalls.live.write(descriptor, upTo, start)
        }
        let log = EventLog(path: "\(directory.path)/events.jsonl", calls: calls)
        try log.append(event(1))
        #expect(try log.recent(1) == [event(1)])
    }

    @Test("begins anew when somebody removes the file")
    func survivesRemoval() throws {
        let directory = try TemporaryDirectory()
        let log = EventLog(path: "\(directory.path)/events.jsonl")
        try log.append(event(1))
        unlink("\(directory.path)/events.jsonl")
        try log.append(event(2))
        #expect(try generations(log) == [2])
    }
}
