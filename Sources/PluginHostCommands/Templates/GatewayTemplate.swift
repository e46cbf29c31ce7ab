/// A message gateway that needs no network: what is sent comes back.
enum GatewayTemplate {
    static func files(_ names: TemplateNames) -> [TemplateFile] {
        let name = names.module
        return [
            TemplateFile(
                "Sources/\(name)/\(name).swift",
                """
                // A message gateway. In place of a network there is an echo: whatever is sent comes in again as a message. It
                // needs the permission "gateways", which dev grants, and other hosts by their configuration.

                public import PluginSDK

                final class \(name): ComponentPlugin {
                    static let metadata = PluginMetadata(
                        id: "\(names.id)",
                        name: "\(names.title)",
                        version: "1.0.0",
                        type: .communication,
                        permissions: ["gateways"]
                    )

                    private static let gateway = "\(names.id)"
                    private let context: PluginContext

                    init(context: PluginContext) { self.context = context }

                    static func register(in methods: inout MethodTable<\(name)>) {}

                    /// Connects, and says that messages can be sent from now on.
                    func start() throws {
                        try context.messages.ready(Self.gateway)
                    }

                    /// Says that no messages can be sent any more, and disconnects.
                    func stop() throws {
                        try context.messages.notReady(Self.gateway)
                    }

                    var components: Components<\(name)> {
                        Gateway(Self.gateway, platform: "echo") { plugin, json in
                            let message = try GatewayMessage(json: json)
                            try plugin.receive(message.text, in: message.conversation ?? "1")
                            return nil
                        }
                    }

                    /// Hands a message from the network to the host.
                    private func receive(_ text: String, in conversation: String) throws {
                        try context.messages.receive(
                            GatewayMessage(text, gateway: Self.gateway, conversation: conversation)
                        )
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
                    @Test("is ready when it has started, and not any more when it has stopped")
                    func isReady() throws {
                        let plugin = try TestedPlugin(\(name).self)
                        #expect(plugin.host.requests.map(\\.method) == ["ready"])
                        #expect(plugin.host.requests.first?.text == #"{"gateway":"\(names.id)"}"#)
                        try plugin.stop()
                        #expect(plugin.host.requests.map(\\.method) == ["ready", "not-ready"])
                    }

                    @Test("hands what comes in to the host")
                    func receives() throws {
                        let plugin = try TestedPlugin(\(name).self)
                        try plugin.send(#"{"conversation":"7","text":"hello"}"#, by: "\(names.id)")
                        let request = try #require(plugin.host.requests.last)
                        #expect(request.method == "receive")
                        #expect(request.text.contains(#""text":"hello""#))
                        #expect(request.text.contains(#""conversation":"7""#))
                    }

                    @Test("does not start without the permission")
                    func needsPermission() throws {
                        let failure = #expect(throws: PluginFailure.self) {
                            try TestedPlugin(\(name).self, host: TestHost(denying: ["gateways"]))
                        }
                        #expect(failure?.code == .unauthorised)
                    }
                }
                """
            ),
        ]
    }
}
