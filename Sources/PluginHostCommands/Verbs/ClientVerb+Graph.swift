internal import PluginHost

extension ClientVerb {
    private static let formats = ["text", "dot", "mermaid", "json"]

    /// Which plugin needs which.
    static let graph = ClientVerb { (context) throws(CommandFailure) in
        let format = try context.format()
        guard formats.contains(format) else {
            let hint = UsageError.suggestion(for: format, among: formats)
            throw .usage("--format is text, dot, mermaid or json, not \(format)\(hint)")
        }
        return { client in
            let graph = PluginGraph(try client.request("status").result(HostStatus.self).plugins)
            switch format {
            case "dot": try context.streams.print(GraphDrawing.dot(graph))
            case "mermaid": try context.streams.print(GraphDrawing.mermaid(graph))
            case "json":
                try context.streams.output(try JSONCoding.encode(graph, forPeople: true) + [UInt8(ascii: "\n")])
            default: try context.streams.print(GraphText.of(graph))
            }
            if graph.edges.contains(where: { $0.problem != nil }) { throw CommandFailure.failedAsPrinted }
        }
    }
}
