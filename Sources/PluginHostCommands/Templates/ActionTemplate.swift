/// Actions for people and language models.
enum ActionTemplate {
    static func files(_ names: TemplateNames) -> [TemplateFile] {
        let name = names.module
        return [
            TemplateFile(
                "Sources/\(name)/\(name).swift",
                """
                // Keeps a list that people and language models have it change, by two actions. The list survives every reload.

                public import PluginSDK

                final class \(name): StatefulPlugin, ComponentPlugin {
                    static let metadata = PluginMetadata(
                        id: "\(names.id)",
                        name: "\(names.title)",
                        version: "1.0.0"
                    )

                    /// What survives a reload.
                    struct State: Codable {
                        var items: [String] = []
                    }
                    var state = State()

                    init(context: PluginContext) {}

                    static func register(in methods: inout MethodTable<\(name)>) {}

                    var components: Components<\(name)> {
                        Action(
                            "\(names.snake)_add",
                            "Adds an item to the list.",
                            parameters: \"""
                                {"type":"object","required":["text"],"additionalProperties":false,"properties":{
                                "text":{"type":"string","description":"The item.","minLength":1,"maxLength":200}}}
                                \""",
                            activation: .keywords(["add", "remember"])
                        ) { plugin, arguments in
                            guard plugin.state.items.count < 1000 else { return .failure("the list is full") }
                            plugin.state.items.append(try arguments.string("text"))
                            return .success("added as number \\(plugin.state.items.count)")
                        }
                        Action("\(names.snake)_list", "Tells the items of the list.") { plugin, _ in
                            .success(plugin.state.items.isEmpty ? "nothing" : plugin.state.items.joined(separator: "\\n"))
                        }
                    }
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
                    @Test("adds what it is told, and tells it after a reload")
                    func adds() throws {
                        let plugin = try TestedPlugin(\(name).self)
                        #expect(try plugin.act("\(names.snake)_list") == .success("nothing"))
                        let added = try plugin.act("\(names.snake)_add", #"{"text":"buy milk"}"#)
                        #expect(added == .success("added as number 1"))
                        let next = try plugin.reload()
                        #expect(try next.act("\(names.snake)_list") == .success("buy milk"))
                    }

                    @Test("declares two actions")
                    func declares() throws {
                        let plugin = try TestedPlugin(\(name).self)
                        let names = ["\(names.snake)_add", "\(names.snake)_list"]
                        #expect(plugin.components.actions == names)
                    }
                }
                """
            ),
        ]
    }
}
