internal import PluginHost

extension ClientVerb {
    /// What plugins contribute beside their methods.
    static let components = ClientVerb { context in
        let parameters = context.arguments.operands.first.map { ["plugin": JSONValue.string($0)] } ?? [:]
        return { client in
            let answer = try client.request("components", parameters)
            try context.printResult(answer) { (plugins: [PluginComponents]) in ComponentText.of(plugins) }
        }
    }
}
