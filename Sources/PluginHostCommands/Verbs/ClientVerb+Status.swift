internal import PluginHost

extension ClientVerb {
    /// How the host and all plugins stand.
    static let status = ClientVerb { context in
        { client in
            try context.printResult(try client.request("status")) { (status: HostStatus) in StatusText.of(status) }
        }
    }

    /// The plugins.
    static let list = ClientVerb { context in
        { client in
            let answer = try client.request("status")
            guard context.arguments.has("--json") else {
                return try context.streams.print(StatusText.list(try answer.result(HostStatus.self).plugins))
            }
            let fields: [String: JSONValue] = try answer.result()
            try context.printJSON(fields["plugins"] ?? .array([]))
        }
    }

    /// All of one plugin.
    static let info = ClientVerb { context in
        { client in
            let answer = try client.request("info", ["plugin": .string(context.arguments.operands[0])])
            try context.printResult(answer) { (status: PluginStatus) in StatusText.details(of: status) }
        }
    }

    /// The generations of one plugin.
    static let history = ClientVerb { context in
        { client in
            let answer = try client.request("history", ["plugin": .string(context.arguments.operands[0])])
            try context.printResult(answer) { (records: [GenerationRecord]) in StatusText.history(records) }
        }
    }
}
