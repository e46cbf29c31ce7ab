internal import PluginHost

extension ReportPage {
    private static let box = (width: 170.0, height: 46.0, across: 240.0, down: 62.0)

    /// Which plugin needs which.
    var dependencies: Markup {
        let graph = PluginGraph(report.plugins)
        guard !graph.edges.isEmpty else {
            return Self.section("dependencies", "Dependencies", [Self.note("No plugin needs another.")])
        }
        let layers = graph.layers
        var places: [String: (x: Double, y: Double)] = [:]
        for (column, layer) in layers.enumerated() {
            for (row, node) in layer.enumerated() {
                places[node.id] = (10 + Double(column) * Self.box.across, 10 + Double(row) * Self.box.down)
            }
        }
        let shapes =
            graph.edges.compactMap { Self.arrow($0, places) }
            + graph.nodes.flatMap { node in places[node.id].map { Self.node(node, x: $0.x, y: $0.y) } ?? [] }
        let picture = SVG.picture(
            width: 20 + Double(layers.count - 1) * Self.box.across + Self.box.width,
            height: 20 + Double((layers.map(\.count).max() ?? 1) - 1) * Self.box.down + Self.box.height,
            title: "Dependencies",
            description:
                "\(graph.nodes.count) plugins and \(graph.edges.count) dependencies, each to the right of what needs it",
            shapes
        )
        let rows = graph.edges.map { [$0.from, $0.needs, $0.problem ?? "there"] }
        return Self.section(
            "dependencies",
            "Dependencies",
            [picture, Self.alternative("Which plugin needs which", ["Plugin", "Needs", "Which is"], rows)]
        )
    }

    private static func node(_ node: PluginGraph.GraphNode, x: Double, y: Double) -> [Markup] {
        let name = StatusText.oneLine(node.id)
        let kind = node.isMissing ? "missing" : node.generation == 0 ? "down" : "up"
        let title = "\(name): \(node.summary)"
        return [
            SVG.bar(x: x, y: y, width: box.width, height: box.height, class: "node \(kind)", title: title),
            SVG.text(TextTable.cut(name, to: 22), x: x + box.width / 2, y: y + 19, class: "node-name", title: title),
            SVG.text(
                TextTable.cut(StatusText.oneLine(node.summary), to: 27),
                x: x + box.width / 2,
                y: y + 36,
                class: "tick",
                title: title
            ),
        ]
    }

    private static func arrow(_ edge: PluginGraph.Edge, _ places: [String: (x: Double, y: Double)]) -> Markup? {
        guard let from = places[edge.from], let to = places[edge.to] else { return nil }
        let (x1, y1) = (from.x + box.width, from.y + box.height / 2)
        let (x2, y2) = (to.x, to.y + box.height / 2)
        // One that closes a circle goes back around.
        let bend = max(40, abs(x2 - x1) / 2)
        let points = [x1, y1, x1 + bend, y1, x2 - bend, y2, x2, y2].map(SVG.number)
        let curve =
            "M\(points[0]) \(points[1])C\(points[2]) \(points[3]) \(points[4]) \(points[5]) \(points[6]) \(points[7])"
        let head = "m-7 -4l7 4l-7 4"
        let problem = edge.problem.map { ", but \($0)" } ?? ""
        let title = StatusText.oneLine("\(edge.from) needs \(edge.needs)\(problem)")
        return SVG.path(curve + head, class: edge.problem == nil ? "edge" : "edge broken", title: title)
    }
}
