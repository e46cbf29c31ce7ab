import PluginHost
import Testing

@testable import PluginHostCommands

@Suite("The page's own language")
struct MarkupTests {
    @Test(
        "escapes every text",
        arguments: [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"), ("a & b", "a &amp; b"),
            ("\"'", "&quot;&#39;"), ("\u{1b}[31m\0\u{202e}x", "\u{fffd}[31m\u{fffd}\u{fffd}x"), ("ä\n\t漢", "ä\n\t漢"),
        ]
    )
    func escapes(text: String, expected: String) {
        #expect(Markup(text).text == expected)
        #expect(Markup.element("p", [:], text).text == "<p>\(expected)</p>")
        #expect(Markup.element("p", ["title": text]).text == "<p title=\"\(expected)\"></p>")
    }

    @Test(
        "writes numbers in as few digits as needed",
        arguments: [(0.0, "0"), (1.5, "1.50"), (-0.25, "-0.25"), (3.046, "3.05"), (.nan, "0"), (7.02, "7.02")]
    )
    func numbers(value: Double, text: String) {
        #expect(SVG.number(value) == text)
    }
}
