import Testing

@testable import PluginHostCommands

@Suite("The width of texts in a terminal")
struct TextWidthTests {
    @Test(
        "is that which terminals agree on",
        arguments: [
            ("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("한", 2), ("\u{1112}\u{1161}\u{11ab}", 2), ("😀", 2), ("👩‍👩‍👧", 2),
            ("👍🏽", 2), ("❤️", 1), ("🇩🇪", 1), ("\u{200b}", 0), ("\u{301}", 0), ("…–µ✗", 4), ("ﾊ", 1), ("Ａ", 2),
            ("\u{ad}", 1), ("", 0),
        ]
    )
    func widths(text: String, width: Int) {
        #expect(TextWidth.of(text) == width)
    }

    @Test("makes nothing of control characters but space", arguments: ["\n", "\r\n", "\t", "\u{7f}", "\0"])
    func controls(text: String) {
        #expect(TextWidth.drawn(Character(text))?.text == " ")
    }

    @Test("is never exceeded by what is cut", arguments: 0...8)
    func cuts(limit: Int) {
        for text in [
            "abcdefghij", "漢字漢字漢字", "a漢b字c", "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}",
            "ab",
        ] {
            let cut = TextWidth.cut(text, to: limit)
            #expect(TextWidth.of(cut) <= limit, "\(cut)")
            #expect(TextWidth.of(TextWidth.fitted(text, to: limit)) == limit)
        }
        #expect(TextWidth.cut("abcdef", to: 4) == "abc…")
        #expect(TextWidth.fitted("7", to: 3, right: true) == "  7")
    }

    @Test("breaks lines where they are full")
    func wraps() {
        #expect(TextWidth.wrapped("abcdefg", to: 3) == ["abc", "def", "g"])
        #expect(TextWidth.wrapped("a漢字b", to: 3) == ["a漢", "字b"])
        #expect(TextWidth.wrapped("漢", to: 1) == ["漢"])
        #expect(TextWidth.wrapped("", to: 3) == [""])
    }

    @Test("comes from a table that is in order")
    func table() {
        for (left, right) in zip(WideCharacters.ranges, WideCharacters.ranges.dropFirst()) {
            #expect(left.upperBound < right.lowerBound)
        }
    }
}
