import Testing
import struct FoundationEssentials.Date

@testable import PluginHost
@testable import PluginHostCommands

@Suite("A line of the log")
struct LogLineTests {
    private func record(_ level: LogRecord.Level, _ message: String = "said\nmore") -> LogRecord {
        var record = LogRecord(level, "counter", message)
        record.time = Date(timeIntervalSince1970: 0)
        return record
    }

    @Test("has time, level, name and message (CH-4)")
    func text() {
        #expect(LogLine.text(record(.info)) == "1970-01-01T00:00:00.000Z info    counter: said more")
        #expect(
            LogLine.text(record(.error), colour: true)
                == "1970-01-01T00:00:00.000Z \u{1b}[31merror\u{1b}[0m   counter: said more"
        )
    }

    @Test("begins with its priority for the journal, and no message can pretend one")
    func journal() {
        #expect(LogLine.journal(record(.trace)) == "<7>counter: said more")
        #expect(LogLine.journal(record(.info)) == "<6>counter: said more")
        #expect(LogLine.journal(record(.warning)) == "<4>counter: said more")
        #expect(LogLine.journal(record(.error, "x\n<0>forged")) == "<3>counter: x <0>forged")
    }
}
