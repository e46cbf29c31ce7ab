internal import PluginHost

extension ClientVerb {
    /// Starts some plugins or all.
    static let start = several("start")
    /// Stops some plugins or all.
    static let stop = several("stop")
    /// Holds a plugin.
    static let pause = one("pause")
    /// Lets a plugin go on.
    static let resume = one("resume")
    /// Has a plugin read its caches again.
    static let refresh = one("refresh")

    /// The figures of a plugin.
    static let statistics = ClientVerb { context in
        { client in
            let plugin: [String: JSONValue] = ["plugin": .string(context.arguments.operands[0])]
            let answer = try client.request("statistics", plugin)
            guard !context.arguments.has("--json") else { return try context.printJSON(try answer.result()) }
            let status: PluginStatus = try client.request("info", plugin).result()
            try context.streams.print(LifecycleText.statistics(try answer.result(), StatusText.figures(of: status)))
        }
    }

    private static func one(_ name: String) -> ClientVerb {
        ClientVerb { context in
            { client in
                let answer = try client.request(
                    "lifecycle.\(name)",
                    ["plugins": .array([.string(context.arguments.operands[0])])]
                )
                try context.printLifecycle(answer)
            }
        }
    }

    private static func several(_ name: String) -> ClientVerb {
        ClientVerb { (context) throws(CommandFailure) in
            let ids = context.arguments.operands
            guard ids.isEmpty == context.arguments.has("--all") else {
                throw .usage("\(name) needs either ID... or --all\nTry plugin-host \(name) --help")
            }
            var parameters: [String: JSONValue] = [:]
            if !ids.isEmpty { parameters["plugins"] = .array(ids.map(JSONValue.string)) }
            if name == "stop", context.arguments.has("--now") { parameters["atOnce"] = .bool(true) }
            let request = parameters
            return { client in try context.printLifecycle(try client.request("lifecycle.\(name)", request)) }
        }
    }
}

extension CommandContext {
    fileprivate func printLifecycle(_ answer: ControlClient.Response) throws {
        try printResult(answer) { (results: [LifecycleResult]) in LifecycleText.of(results) }
        let results: [LifecycleResult] = try answer.result()
        if !results.allSatisfy(\.success) { throw CommandFailure.failedAsPrinted }
    }
}
