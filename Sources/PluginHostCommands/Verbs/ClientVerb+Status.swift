internal import PluginHost

extension ClientVerb {
    /// How the host and all plugins stand.
    static let status = ClientVerb { context in
        { client in
            try context.printResult(try client.request("status")) { (status: HostStatus) in
                StatusText.of(status, width: context.streams.width)
            }
        }
    }

    /// The plugins, or those that are all that is asked for.
    static let list = ClientVerb { (context) throws(CommandFailure) in
        if let state = context.arguments.value("--state"), !PluginState.names.contains(state) {
            let hint = UsageError.suggestion(for: state, among: PluginState.names)
            throw .usage("--state knows \(PluginState.names.joined(separator: ", ")), not \(state)\(hint)")
        }
        let query = PluginQuery(
            state: context.arguments.value("--state"),
            capability: context.arguments.value("--capability"),
            type: context.arguments.value("--type")
        )
        return { client in
            let answer = try client.request("status")
            let plugins = try answer.result(HostStatus.self).plugins
            guard context.arguments.has("--json") else {
                let found = plugins.filter(query.matches)
                let isNone = found.isEmpty && !plugins.isEmpty
                let list = StatusText.list(found, width: context.streams.width)
                return try context.streams.print(isNone ? "no plugin is that" : list)
            }
            let fields: [String: JSONValue] = try answer.result()
            guard case .array(let all) = fields["plugins"] else { return try context.printJSON(.array([])) }
            try context.printJSON(.array(zip(plugins, all).filter { query.matches($0.0) }.map(\.1)))
        }
    }

    /// All of one plugin.
    static let info = ClientVerb { context in
        let operand = context.arguments.operands[0]
        let id = operand.contains("/") ? operand.absolutePath : operand
        return { client in
            let answer = try client.request("info", ["plugin": .string(id)])
            try context.printResult(answer) { (status: PluginStatus) in StatusText.details(of: status) }
        }
    }

    /// The generations of one plugin.
    static let history = ClientVerb { context in
        { client in
            let answer = try client.request("history", ["plugin": .string(context.arguments.operands[0])])
            try context.printResult(answer) { (records: [GenerationRecord]) in
                StatusText.history(records, width: context.streams.width)
            }
        }
    }
}
