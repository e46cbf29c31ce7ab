import Testing

@testable import PluginHost

@Suite("A name that is near another one")
struct SpellingTests {
    @Test("has something in common with it")
    func near() {
        #expect(Spelling.nearest(to: "conter", among: ["greeter", "counter"]) == "counter")
        #expect(Spelling.nearest(to: "db", among: ["ui"]) == nil)
        #expect(Spelling.nearest(to: "", among: ["ui"]) == nil)
    }
}
