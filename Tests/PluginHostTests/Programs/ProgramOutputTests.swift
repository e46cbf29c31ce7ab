import LinuxSystem
import Testing

@testable import PluginHost

@Suite("What a managed program prints (PM-1)")
struct ProgramOutputTests {
    private let start = MonotonicInstant(nanoseconds: 1_000_000_000)
    private var second: MonotonicInstant { start.advanced(by: .seconds(1)) }

    private func take(_ text: String, _ output: inout ProgramOutput, at now: MonotonicInstant? = nil) -> [String] {
        output.take(Array(text.utf8), now: now ?? start)
    }

    @Test("comes line by line, however it arrives")
    func lines() {
        var output = ProgramOutput()
        #expect(take("one\ntw", &output) == ["one"])
        #expect(take("o", &output) == [])
        #expect(take("\r\n\nthree\n", &output) == ["two", "", "three"])
        #expect(take("", &output) == [])
        #expect(take("rest", &output) == [])
        #expect(output.end() == ["rest"])
        #expect(output.end() == [])
        #expect(output.droppedBytes == 0)
        #expect(output.noticeTime == nil)
    }

    @Test("of the next process begins anew, though the last line of the one before was too much")
    func nextProcess() {
        var output = ProgramOutput(linesPerSecond: 1)
        #expect(take("one\ntw", &output) == ["one"])
        #expect(output.end().count == 1)
        #expect(take("first\n", &output, at: second) == ["first"])
    }

    @Test("is cut in long lines, and what is cut is counted")
    func long() {
        var output = ProgramOutput(lineLength: 4)
        #expect(take("1234\n", &output) == ["1234"])
        #expect(take("12345\nnext\n", &output) == ["1234…", "next"])
        #expect(take("123", &output) == [])
        #expect(take("45", &output) == [])
        #expect(take("6789", &output) == [])
        #expect(take("\na\n", &output) == ["1234…", "a"])
        #expect(output.droppedBytes == 1 + 5)
        #expect(output.noticeTime == second)
    }

    @Test("is dropped when it is too much for a second, counted, and said once that second is over")
    func rate() {
        var output = ProgramOutput(linesPerSecond: 3)
        #expect(take("1\n2\n3\n4\n5", &output) == ["1", "2", "3"])
        #expect(take("5\n6\n", &output) == [])
        #expect(output.droppedBytes == 7)
        #expect(output.notice(now: start.advanced(by: .milliseconds(999))) == nil)
        #expect(output.noticeTime == second)
        let limit = "at most 3 lines a second, of 4096 bytes each, are logged"
        let notice = "7 bytes more were printed and are not logged: \(limit)"
        var other = output
        #expect(other.notice(now: second) == notice)
        #expect(other.notice(now: second) == nil)
        #expect(other.noticeTime == nil)
        // Also without anybody who asks for it.
        #expect(take("7\n", &output, at: second) == [notice, "7"])
        #expect(output.end() == [])
    }

    @Test("goes on with a whole line after what was dropped")
    func resumes() {
        var output = ProgramOutput(linesPerSecond: 1)
        #expect(take("first\nlost be", &output) == ["first"])
        let lines = take("ginning\nwhole\n", &output, at: second)
        #expect(lines.count == 2 && lines.last == "whole")
        #expect(take("half", &output, at: second) == [])
        #expect(output.end().last?.hasPrefix("11 bytes more") == true)
    }

    @Test("never fills memory, and reaches the log without a line feed at the end")
    func bounded() {
        var output = ProgramOutput(linesPerSecond: 2, lineLength: 10)
        let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
        for _ in 0..<100 { #expect(output.take(bytes, now: start) == []) }
        let end = output.end()
        #expect(end.first == "xxxxxxxxxx…")
        #expect(end.count == 2)
        #expect(output.droppedBytes == 100 * 65_536 - 10)
    }

    @Test("may be no text")
    func bytes() {
        var output = ProgramOutput()
        #expect(output.take([0xff, 0, 10], now: start) == ["\u{fffd}\0"])
    }
}
