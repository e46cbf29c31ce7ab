import LinuxSystem
import Testing

@Suite("The line splitter")
struct LineSplitterTests {
    @Test("finds the same lines in pieces of any size", arguments: 1...7)
    func pieces(size: Int) throws {
        let bytes = Array("one\r\n\ntwo two\nthree".utf8)
        var splitter = LineSplitter(limit: 100)
        var lines: [String] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            splitter.append(Array(bytes[start..<min(start + size, bytes.count)]))
            while let line = try splitter.next() { lines.append(String(decoding: line, as: UTF8.self)) }
        }
        #expect(lines == ["one", "", "two two"])
        #expect(splitter.rest() == Array("three".utf8))
        #expect(splitter.rest() == nil)
    }

    @Test("refuses a line that is too long, complete or not")
    func tooLong() {
        var splitter = LineSplitter(limit: 3)
        splitter.append(Array("abc\n".utf8))
        #expect(throws: Never.self) { try splitter.next() }
        splitter.append(Array("abcd".utf8))
        #expect(throws: LineSplitter.TooLong.self) { try splitter.next() }
        var other = LineSplitter(limit: 3)
        other.append(Array("abcd\n".utf8))
        #expect(throws: LineSplitter.TooLong.self) { try other.next() }
    }
}
