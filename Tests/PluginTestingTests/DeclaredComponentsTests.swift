import PluginSDK
@testable import PluginTesting
import Testing

@Suite("The declaration of a plugin under test")
struct DeclaredComponentsTests {
    private static func read(_ text: String) throws -> DeclaredComponents {
        try DeclaredComponents(declaration: Array(text.utf8))
    }

    @Test("may leave out lists and what has a default, as a plugin in C does (RS-9)")
    func mayBeShort() throws {
        let components = try Self.read(
            ##"{"handlers":[{"name":"b","topics":["#"]},{"name":"a","topics":["#"],"priority":50}],"actions":[{"name":"x"}]}"##
        )
        #expect(components.actions == ["x"])
        #expect(components.hooks == [] && components.tasks == [] && components.methods == [])
        #expect(components.handlers(of: "order") == ["a", "b"])
        let hooks = try Self.read(
            #"{"hooks":[{"name":"last","stage":"s","priority":-1},{"name":"usual","stage":"s"},{"name":"o","stage":"t"}]}"#
        )
        #expect(hooks.hooks(of: "s") == ["usual", "last"])
        #expect(try Self.read("").json.isEmpty)
    }

    @Test(
        "is refused if it is none, or names two alike",
        arguments: ["x", "[]", #"{"actions":[{}]}"#, #"{"tasks":[{"name":"a"},{"name":"a"}]}"#]
    )
    func isRefused(text: String) {
        let failure = #expect(throws: PluginFailure.self) { try Self.read(text) }
        #expect(failure?.code == .brokenContract)
    }

    @Test(
        "knows what an event may be about",
        arguments: [
            ("order.created", true), ("a", true), ("a.b-c_D.9", true), ("", false), (".a", false), ("a..b", false),
            ("a b", false), ("ä", false), (String(repeating: "a", count: 256), false),
        ]
    )
    func topics(topic: String, isTopic: Bool) {
        #expect(DeclaredComponents.isTopic(topic) == isTopic)
    }
}
