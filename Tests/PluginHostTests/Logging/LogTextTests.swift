import Testing

@testable import PluginHost

@Suite("Text in a log")
struct LogTextTests {
    @Test(
        "can't forge a record or move the cursor",
        arguments: [
            ("plain ünïcode 🦊", "plain ünïcode 🦊"),
            ("one\ntwo\r\nthree", "one two three"),
            ("\u{1b}[2J\u{7}", "\\u{1b}[2J\\u{7}"),
            ("a\u{2028}b\u{85}c", "a b c"),
            ("tab\there", "tab here"),
            ("nul\u{0}", "nul\\u{0}"),
            ("\u{202e}drow", "\\u{202e}drow"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("end\n", "end"),
        ]
    )
    func oneLine(text: String, expected: String) {
        #expect(LogText.oneLine(text) == expected)
    }
}
