/// A state that survives reloads.
enum StatefulTemplate {
    static func files(_ names: TemplateNames) -> [TemplateFile] {
        let name = names.module
        return [
            TemplateFile(
                "Sources/\(name)/\(name).swift",
                """
                // Counts words. What it has counted survives every reload, and a restart of the host, without a line of code.

                public import PluginSDK

                final class \(name): StatefulPlugin {
                    static let metadata = PluginMetadata(
                        id: "\(names.id)",
                        name: "\(names.title)",
                        version: "1.0.0"
                    )

                    /// What survives a reload.
                    struct State: Codable {
                        var counts: [String: Int] = [:]
                    }
                    var state = State()

                    init(context: PluginContext) {}

                    static func register(in methods: inout MethodTable<\(name)>) {
                        methods.addText("note", \(name).note)
                        methods.add("counts", \(name).counts)
                    }

                    /// Counts a word, and answers how often it came.
                    func note(_ word: String) throws -> String {
                        guard !word.isEmpty else { throw PluginFailure(.badPayload, "there is no word to note") }
                        state.counts[word, default: 0] += 1
                        return "\\(word): \\(state.counts[word, default: 0])"
                    }

                    /// Answers all words with their counts.
                    func counts() -> [String: Int] { state.counts }
                }

                /// The one function that the host looks for.
                @c(ph_plugin_factory)
                public func factory() -> PluginFactory { makeFactory(of: \(name).self) }
                """
            ),
            TemplateFile(
                "Tests/\(name)Tests/\(name)Tests.swift",
                """
                import PluginSDK
                import PluginTesting
                import Testing

                @testable import \(name)

                @Suite("\(names.title)")
                struct \(name)Tests {
                    @Test("counts words, and goes on counting after a reload")
                    func survivesReload() throws {
                        let plugin = try TestedPlugin(\(name).self)
                        #expect(try plugin.call("note", text: "hello") == "hello: 1")
                        let next = try plugin.reload()
                        #expect(try next.call("note", text: "hello") == "hello: 2")
                        #expect(try next.call("counts", as: [String: Int].self) == ["hello": 2])
                    }

                    @Test("takes what an earlier version has saved, and refuses what it can't read")
                    func readsStates() throws {
                        let state = SavedState(#"{"counts":{"old":41}}"#)
                        let plugin = try TestedPlugin(\(name).self, state: state)
                        #expect(try plugin.call("note", text: "old") == "old: 42")
                        let failure = #expect(throws: PluginFailure.self) {
                            try TestedPlugin(\(name).self, state: SavedState("garbage"))
                        }
                        #expect(failure?.code == .stateRefused)
                    }

                    @Test("refuses to count nothing")
                    func refusesNothing() throws {
                        let plugin = try TestedPlugin(\(name).self)
                        #expect(throws: PluginFailure(.badPayload, "there is no word to note")) {
                            try plugin.call("note", text: "")
                        }
                    }
                }
                """
            ),
        ]
    }
}
