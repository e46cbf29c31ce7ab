/// A method and a setting.
enum BasicTemplate {
    static func files(_ names: TemplateNames) -> [TemplateFile] {
        let name = names.module
        return [
            TemplateFile(
                "Sources/\(name)/\(name).swift",
                """
                // A method, and a setting: the operator writes "greeting": "Good morning", and the running plugin is told.

                public import PluginSDK

                final class \(name): Plugin {
                    static let metadata = PluginMetadata(
                        id: "\(names.id)",
                        name: "\(names.title)",
                        version: "1.0.0"
                    )

                    private var greeting = "Hello"

                    init(context: PluginContext) {}

                    static func register(in methods: inout MethodTable<\(name)>) {
                        methods.addText("greet", \(name).greet)
                    }

                    /// Reads the settings, at the start and whenever they change; one of the wrong type is refused by name.
                    func initialise(_ configuration: PluginConfiguration) throws {
                        greeting = try configuration.string("greeting", default: "Hello")
                    }

                    /// Greets somebody.
                    func greet(_ name: String) -> String { "\\(greeting), \\(name)!" }
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
                    @Test("greets whoever it is called with")
                    func greets() throws {
                        let plugin = try TestedPlugin(\(name).self)
                        #expect(try plugin.call("greet", text: "Ada") == "Hello, Ada!")
                    }

                    @Test("takes new settings while it runs, and refuses wrong ones")
                    func isConfigured() throws {
                        let plugin = try TestedPlugin(\(name).self, settings: #"{"greeting":"Welcome"}"#)
                        #expect(try plugin.call("greet", text: "Ada") == "Welcome, Ada!")
                        try plugin.configure(#"{"greeting":"Good morning"}"#)
                        #expect(throws: PluginFailure.self) { try plugin.configure(#"{"greeting":7}"#) }
                        #expect(try plugin.call("greet", text: "Ada") == "Good morning, Ada!")
                    }
                }
                """
            ),
        ]
    }
}
