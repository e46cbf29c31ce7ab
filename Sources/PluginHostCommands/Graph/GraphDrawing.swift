internal import PluginHost

/// The dependencies in the languages of programs that draw.
enum GraphDrawing {
    /// For Graphviz.
    static func dot(_ graph: PluginGraph) -> String {
        var lines = ["digraph plugins {", "  rankdir=LR;", "  node [shape=box];"]
        for node in graph.nodes {
            let style = node.isMissing ? ", style=dashed" : node.generation == 0 ? ", color=red" : ""
            let label = "\(dotText(node.id))\\n\(dotText(node.summary))"
            lines.append("  \"\(dotText(node.id))\" [label=\"\(label)\"\(style)];")
        }
        for edge in graph.edges {
            let style = edge.problem == nil ? "" : ", style=dashed, color=red"
            let label = "label=\"\(dotText(version(of: edge)))\"\(style)"
            lines.append("  \"\(dotText(edge.from))\" -> \"\(dotText(edge.to))\" [\(label)];")
        }
        return (lines + ["}"]).joined(separator: "\n")
    }

    /// For Mermaid.
    static func mermaid(_ graph: PluginGraph) -> String {
        var lines = ["flowchart LR"]
        var numbers: [String: Int] = [:]
        for (number, node) in graph.nodes.enumerated() {
            numbers[node.id] = number
            let kind = node.isMissing ? ":::missing" : node.generation == 0 ? ":::down" : ""
            lines.append("  n\(number)[\"\(mermaidText(node.id))<br/>\(mermaidText(node.summary))\"]\(kind)")
        }
        for edge in graph.edges {
            guard let from = numbers[edge.from], let to = numbers[edge.to] else { continue }
            let arrow = edge.problem == nil ? "-->" : "-.->"
            let version = version(of: edge)
            let label = version.isEmpty ? "" : "|\"\(mermaidText(version))\"|"
            lines.append("  n\(from) \(arrow)\(label) n\(to)")
        }
        lines += ["  classDef missing stroke-dasharray: 4", "  classDef down stroke: red"]
        return lines.joined(separator: "\n")
    }

    /// What is asked for beside the id.
    private static func version(of edge: PluginGraph.Edge) -> String {
        edge.needs.hasPrefix("\(edge.to)@") ? String(edge.needs.dropFirst(edge.to.count + 1)) : ""
    }

    /// A text between the quotation marks of Graphviz, whose only escapes are those of the mark and of the backslash.
    private static func dotText(_ text: String) -> String {
        StatusText.oneLine(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    /// A text between the quotation marks of Mermaid, which knows characters by their numbers.
    private static func mermaidText(_ text: String) -> String {
        StatusText.oneLine(text).unicodeScalars.reduce(into: "") { result, scalar in
            if "\"#<>&`;\\|".unicodeScalars.contains(scalar) {
                result += "#\(scalar.value);"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
}
