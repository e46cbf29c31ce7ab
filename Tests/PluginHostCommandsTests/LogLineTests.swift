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

    @Test("tells why a build was refused once, and its file once")
    func refusal() {
        var failed = PluginEvent(.reloadFailed, plugin: "a", generation: 2, path: "/p/liba.so")
        failed.error = "failed: a: /p/liba.so: start failed: no luck"
        failed.attempt = 3
        let record = EventText.record(of: failed)
        #expect(
            record.message == "reload-failed: generation 2, attempt 3, failed: a: /p/liba.so: start failed: no luck"
        )
        #expect(record.fields["path"] == .string("/p/liba.so"))

        var completed = PluginEvent(.reloadCompleted, plugin: "a", generation: 1, path: "/p/liba.so")
        completed.success = false
        completed.error = "a: /p/liba.so: start failed: no luck"
        completed.attempt = 3
        #expect(EventText.message(of: completed) == "reload-completed: generation 1, attempt 3, failed, /p/liba.so")
        #expect(EventText.record(of: completed).fields["error"] == .string("a: /p/liba.so: start failed: no luck"))
    }

    @Test("begins with its priority for the journal, and no message can pretend one")
    func journal() {
        #expect(LogLine.journal(record(.trace)) == "<7>counter: said more")
        #expect(LogLine.journal(record(.info)) == "<6>counter: said more")
        #expect(LogLine.journal(record(.warning)) == "<4>counter: said more")
        #expect(LogLine.journal(record(.error, "x\n<0>forged")) == "<3>counter: x <0>forged")
    }
}
