import Testing

@testable import PluginHostCommands

@Suite("The shape of a message")
struct MessageShapeTests {
    private func shape(_ text: String) -> MessageShape { MessageShape(of: Array(text.utf8)) }

    @Test("counts at least the values that there are, and how deep they lie")
    func counts() {
        #expect(shape("7").values == 1 && shape("7").depth == 0)
        #expect(shape("[1,2,3]").values >= 4 && shape("[1,2,3]").depth == 1)
        #expect(shape(#"{"a":[{}],"b":[]}"#).depth == 3)
        #expect(shape(#"{"a":[{}],"b":[]}"#).values >= 5)
    }

    @Test("looks past what is text, however it ends", arguments: [#""[[[,,,""#, #""\"[[[""#, #""\\"#, #""[[\"#, #"""#])
    func texts(text: String) {
        #expect(shape(text) == shape("7"))
    }

    @Test("is modest up to the limits, and not beyond")
    func limits() {
        #expect(shape(String(repeating: "[", count: 64)).isModest)
        #expect(!shape(String(repeating: "[", count: 65)).isModest)
        #expect(shape(String(repeating: ",", count: 65_535)).isModest)
        #expect(!shape(String(repeating: ",", count: 65_536)).isModest)
        #expect(shape(String(repeating: "]", count: 100)).isModest)
    }
}
