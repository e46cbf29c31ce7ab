import Testing
import TestSupport

@testable import PluginHostCommands

@Suite("The keys of a terminal")
struct KeyDecoderTests {
    private static let known: [(String, [Key])] = [
        ("q", [.character("q")]), ("\u{1b}[A", [.up]), ("\u{1b}OB", [.down]),
        ("\u{1b}[5~\u{1b}[6~", [.pageUp, .pageDown]),
        ("\u{1b}[1~\u{1b}[H\u{1b}[F", [.home, .home, .end]), ("\u{1b}[1;5C", [.right]), ("\u{1b}[3;2~", [.delete]),
        ("\r\n\t", [.enter, .enter, .tab]), ("\u{1b}[Z", [.backTab]), ("\u{7f}\u{8}", [.backspace, .backspace]),
        ("\u{c}", [.control("l")]), ("ä漢😀", [.character("ä"), .character("漢"), .character("😀")]),
        ("\u{1b}\u{1b}[A", [.escape, .up]), ("\u{1b}x", [.character("x")]), ("\u{1b}[200~y", [.character("y")]),
    ]

    @Test("are understood", arguments: known)
    func keys(bytes: String, keys: [Key]) {
        var decoder = KeyDecoder()
        #expect(decoder.feed(Array(bytes.utf8)) == keys)
        #expect(!decoder.isWaiting)
    }

    @Test("are understood in pieces of one byte", arguments: known)
    func pieces(bytes: String, keys: [Key]) {
        var decoder = KeyDecoder()
        #expect(bytes.utf8.flatMap { decoder.feed([$0]) } == keys)
    }

    @Test("have an escape of their own when nothing follows it")
    func escape() {
        var decoder = KeyDecoder()
        #expect(decoder.feed([0x1b]).isEmpty)
        #expect(decoder.isWaiting)
        #expect(decoder.flush() == [.escape])
        #expect(!decoder.isWaiting)
        #expect(decoder.feed(Array("\u{1b}[".utf8)).isEmpty)
        #expect(decoder.flush().isEmpty)
    }

    @Test("survive any bytes")
    func nonsense() {
        var generator = Torture.generator()
        var decoder = KeyDecoder()
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                Bool.random(using: &generator)
                    ? UInt8.random(in: 0...255, using: &generator)
                    : [0x1b, 0x5b, 0x4f, 0x3b].randomElement(using: &generator) ?? 0
            }
            _ = decoder.feed(bytes)
        }
        _ = decoder.flush()
        #expect(decoder.feed(Array("q".utf8)) == [.character("q")], "seed \(Torture.seed)")
    }
}
