internal import PluginHost

/// The dependencies as a tree of text.
enum GraphText {
    /// Each plugin that nothing needs, with what it needs below it.
    static func of(_ graph: PluginGraph) -> String {
        guard !graph.nodes.isEmpty else { return "no plugin yet" }
        var shown: Set<String> = []
        var lines: [String] = []
        for root in graph.roots { draw(root, graph, nil, prefix: "", branch: "", &shown, &lines) }
        return lines.joined(separator: "\n")
    }

    private static func draw(
        _ id: String,
        _ graph: PluginGraph,
        _ edge: PluginGraph.Edge?,
        prefix: String,
        branch: String,
        _ shown: inout Set<String>,
        _ lines: inout [String]
    ) {
        guard let node = graph.nodes.first(where: { $0.id == id }) else { return }
        let name = StatusText.oneLine(edge?.needs ?? id)
        let trouble = edge?.problem.map { "  ✗ \(StatusText.oneLine($0))" } ?? ""
        let needs = graph.needs(of: id)
        let isNew = shown.insert(id).inserted
        let mark = isNew || needs.isEmpty ? "" : "  (see above)"
        lines.append(prefix + branch + "\(name)  \(StatusText.oneLine(node.summary))\(trouble)\(mark)")
        guard isNew else { return }
        let indent = prefix + (branch.isEmpty ? "" : branch == "└─ " ? "   " : "│  ")
        for (index, edge) in needs.enumerated() {
            let branch = index == needs.count - 1 ? "└─ " : "├─ "
            draw(edge.to, graph, edge, prefix: indent, branch: branch, &shown, &lines)
        }
    }
}
