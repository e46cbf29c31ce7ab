import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import PluginHost

@Suite("The file of a log")
struct LogFileTests {
    private func records(_ range: Range<Int>) -> [LogRecord] {
        range.map { LogRecord(.info, "counter", "record \($0)") }
    }

    private func messages(_ file: LogFile) throws -> [String] {
        try file.recent(10_000) { _ in true }.map(\.message)
    }

    @Test("begins anew when it is full, and keeps so many before it (CH-4)")
    func rotates() throws {
        let scratch = try TemporaryDirectory()
        let file = LogFile(path: "\(scratch.path)/host.log", limit: 1000, kept: 3)
        for number in 0..<100 { try file.append(records(number..<(number + 1))) }
        let names = try Directory.names(scratch.path).sorted()
        #expect(names == ["host.1.log", "host.2.log", "host.3.log", "host.log"])
        for name in names { #expect(try FileStatus.of("\(scratch.path)/\(name)")?.size ?? 0 <= 1000) }
        let kept = try messages(file)
        #expect(kept.last == "record 99")
        #expect(kept == ((100 - kept.count)..<100).map { "record \($0)" })
    }

    @Test("goes on in another file when somebody moves, removes or cuts it")
    func moved() throws {
        let scratch = try TemporaryDirectory()
        let file = LogFile(path: "\(scratch.path)/host.log")
        try file.append(records(0..<1))
        try FileCalls.live.rename(file.path, "\(scratch.path)/away")
        try file.append(records(1..<2))
        #expect(try messages(file) == ["record 1"])
        #expect(truncate(file.path, 10) == 0)
        try file.append(records(2..<3))
        #expect(try messages(file) == ["record 2"])
        try FileCalls.live.remove(file.path)
        try file.append(records(3..<4))
        #expect(try messages(file) == ["record 3"])
    }

    @Test("keeps no more than is wanted when the number was lowered")
    func surplus() throws {
        let scratch = try TemporaryDirectory()
        let many = LogFile(path: "\(scratch.path)/host.log", limit: 200, kept: 5)
        for number in 0..<20 { try many.append(records(number..<(number + 1))) }
        let few = LogFile(path: many.path, limit: 200, kept: 2)
        try few.removeSurplus()
        #expect(try Directory.names(scratch.path).sorted() == ["host.1.log", "host.2.log", "host.log"])
    }

    @Test("has one line for a record, whatever the record says")
    func forged() throws {
        let scratch = try TemporaryDirectory()
        let file = LogFile(path: "\(scratch.path)/host.log")
        var record = LogRecord(.info, "counter", "a\n{\"level\":\"error\"}\u{1b}[2J")
        record.fields = ["level": .string("error"), "extra": .integer(7)]
        try file.append([record])
        let bytes = try OwnedFileDescriptor.open(file.path, flags: O_RDONLY).readToEnd()
        #expect(bytes.count { $0 == UInt8(ascii: "\n") } == 1)
        #expect(!bytes.contains(0x1b))
        let read = try #require(try file.recent(1) { _ in true }.first)
        #expect(read.level == .info && read.message == record.message && read.fields == ["extra": .integer(7)])
    }

    @Test("says what can't be written, and why")
    func refused() throws {
        let file = LogFile(path: "/proc/nowhere/host.log")
        let error = #expect(throws: PluginError.self) { try file.append(records(0..<1)) }
        #expect(error?.code == .storage && error?.message.contains("/proc/nowhere/host.log") == true)
    }
}
