internal import PluginHost

/// Which plugin needs which, and how they stand.
struct PluginGraph: Hashable, Sendable, Codable {
    /// A plugin, or one that is needed and not there.
    struct GraphNode: Hashable, Sendable, Codable {
        var id: String
        /// The version; `nil` if there is no such plugin.
        var version: String?
        /// The name of the state; `missing` if there is no such plugin.
        var state: String
        var generation: UInt64
        var isolation: String?

        /// Whether it is needed and not there.
        var isMissing: Bool { state == Self.missing }

        static let missing = "missing"

        /// Version and state in a few words.
        var summary: String {
            ([version, state].compactMap(\.self) + (generation > 0 ? ["generation \(generation)"] : []))
                .filter { !$0.isEmpty }.joined(separator: ", ")
        }
    }

    /// One plugin needs another.
    struct Edge: Hashable, Sendable, Codable {
        /// The plugin that needs the other.
        var from: String
        /// The plugin that is needed.
        var to: String
        /// What is asked for, such as `store@1.2.0`.
        var needs: String
        /// Why that is not there now; `nil` if it is.
        var problem: String?
    }

    /// By id.
    var nodes: [GraphNode]
    /// In the order of the plugins, and of what each says that it needs.
    var edges: [Edge] = []

    /// Finds out how plugins depend on each other.
    init(_ plugins: [PluginStatus]) {
        let byID = Dictionary(plugins.map { ($0.id, $0) }) { first, _ in first }
        nodes = byID.values.map(Self.node)
        var missing: Set<String> = []
        for plugin in byID.values.sorted(by: { $0.id < $1.id }) {
            for text in plugin.descriptor?.dependencies ?? [] {
                let needed = PluginDependency(text)
                let id = needed?.id ?? text
                if byID[id] == nil { missing.insert(id) }
                edges.append(Edge(from: plugin.id, to: id, needs: text, problem: Self.problem(of: needed, byID[id])))
            }
        }
        nodes += missing.map { GraphNode(id: $0, state: GraphNode.missing, generation: 0) }
        nodes.sort { $0.id < $1.id }
    }

    private static func node(_ plugin: PluginStatus) -> GraphNode {
        GraphNode(
            id: plugin.id,
            version: plugin.version,
            state: plugin.state,
            generation: plugin.generation,
            isolation: plugin.isolation
        )
    }

    private static func problem(of needed: PluginDependency?, _ plugin: PluginStatus?) -> String? {
        guard let needed else { return "it is no dependency: 'id' or 'id@version' is" }
        guard let plugin else { return "there is no such plugin" }
        guard plugin.generation > 0 else { return "it is \(plugin.state)" }
        guard let version = SemanticVersion(plugin.version) else { return nil }
        return needed.isSatisfied(by: version) ? nil : "it has version \(plugin.version)"
    }

    /// What a plugin needs.
    func needs(of id: String) -> [Edge] { edges.filter { $0.from == id } }

    /// The plugins that nothing needs, and of each circle that cannot be reached from them the first one.
    var roots: [String] {
        let needed = Set(edges.map(\.to))
        var roots = nodes.map(\.id).filter { !needed.contains($0) }
        var reached = Set<String>()
        for root in roots { reach(root, &reached) }
        for node in nodes where !reached.contains(node.id) {
            roots.append(node.id)
            reach(node.id, &reached)
        }
        return roots
    }

    private func reach(_ id: String, _ reached: inout Set<String>) {
        var next = [id]
        while let id = next.popLast() {
            guard reached.insert(id).inserted else { continue }
            next += needs(of: id).map(\.to)
        }
    }

    /// How many steps each plugin is from the longest way to it, for a picture; circles are cut where they close.
    var layers: [[GraphNode]] {
        var depth: [String: Int] = [:]
        for root in roots { descend(root, 0, [], &depth) }
        let deepest = depth.values.max() ?? 0
        return (0...deepest).map { layer in nodes.filter { depth[$0.id] == layer } }.filter { !$0.isEmpty }
    }

    private func descend(_ id: String, _ level: Int, _ way: Set<String>, _ depth: inout [String: Int]) {
        if let known = depth[id], known >= level { return }
        depth[id] = level
        let way = way.union([id])
        for edge in needs(of: id) where !way.contains(edge.to) { descend(edge.to, level + 1, way, &depth) }
    }
}
