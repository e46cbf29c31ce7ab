internal import PluginHost

extension ClientVerb {
    /// The metrics of the host.
    static let metrics = ClientVerb { (context) throws(CommandFailure) in
        let name = context.arguments.value("--format") ?? MetricsFormat.openMetrics.rawValue
        guard MetricsFormat(rawValue: name) != nil else {
            let hint = UsageError.suggestion(for: name, among: MetricsFormat.allCases.map(\.rawValue))
            throw .usage("--format knows \(MetricsFormat.names), not \(name)\(hint)")
        }
        return { client in
            let answer: [String: JSONValue] = try client.request("metrics", ["format": .string(name)]).result()
            guard case .string(let text)? = answer["text"] else {
                throw CommandFailure.failed("the host's answer has no metrics in it")
            }
            try context.streams.output(Array(text.utf8))
        }
    }
}
