import PluginHost
import Testing

@testable import PluginHostCommands

@Suite("The graph of dependencies")
struct PluginGraphTests {
    static func plugin(
        _ id: String,
        _ version: String = "1.0.0",
        needs: [String] = [],
        generation: UInt64 = 1
    ) -> PluginStatus {
        var plugin = HostDouble.status.plugins[0]
        (plugin.id, plugin.version, plugin.generation) = (id, version, generation)
        plugin.state = generation == 0 ? "error" : "running"
        let fields: JSONValue = .object([
            "id": .string(id), "name": .string(id), "version": .string(version), "description": .string(""),
            "author": .string(""), "type": .string("tool"), "priority": .integer(50),
            "dependencies": .array(needs.map(JSONValue.string)), "capabilities": .array([]), "permissions": .array([]),
            "stateSchemaMinimum": .integer(0), "stateSchemaMaximum": .integer(0), "isConcurrent": .bool(false),
            "pausesWithDependencies": .bool(false),
        ])
        plugin.descriptor = (try? JSONCoding.encode(fields)).flatMap { try? JSONCoding.decode(from: $0) }
        return plugin
    }

    private let graph = PluginGraph([
        plugin("app", needs: ["store@1.2.0", "cache", "gone"]), plugin("store", "1.1.0"),
        plugin("cache", needs: ["store"], generation: 0),
    ])

    @Test("says of each dependency whether it is there, and why not (HR-12)")
    func problems() {
        #expect(graph.nodes.map(\.id) == ["app", "cache", "gone", "store"])
        #expect(graph.nodes.filter(\.isMissing).map(\.id) == ["gone"])
        let problems = graph.edges.map { "\($0.from) \($0.to): \($0.problem ?? "-")" }
        #expect(
            problems == [
                "app store: it has version 1.1.0", "app cache: it is error", "app gone: there is no such plugin",
                "cache store: -",
            ]
        )
    }

    @Test("is a tree of text, in which nothing is told twice")
    func text() {
        #expect(
            GraphText.of(graph) == """
                app  1.0.0, running, generation 1
                ├─ store@1.2.0  1.1.0, running, generation 1  ✗ it has version 1.1.0
                ├─ cache  1.0.0, error  ✗ it is error
                │  └─ store  1.1.0, running, generation 1
                └─ gone  missing  ✗ there is no such plugin
                """
        )
        #expect(GraphText.of(PluginGraph([])) == "no plugin yet")
    }

    @Test("shows a circle once, and ends")
    func circle() {
        let graph = PluginGraph([
            Self.plugin("a", needs: ["b"]), Self.plugin("b", needs: ["c"]), Self.plugin("c", needs: ["a"]),
            Self.plugin("self", needs: ["self"]),
        ])
        #expect(graph.roots == ["a", "self"])
        let text = GraphText.of(graph)
        #expect(text.contains("└─ a  1.0.0, running, generation 1  (see above)"))
        #expect(graph.layers.map { $0.map(\.id) } == [["a", "self"], ["b"], ["c"]])
    }

    @Test("puts each plugin behind all that need it")
    func layers() {
        let chain = PluginGraph([
            Self.plugin("a", needs: ["b", "c"]), Self.plugin("b", needs: ["c"]), Self.plugin("c"), Self.plugin("d"),
        ])
        #expect(chain.layers.map { $0.map(\.id) } == [["a", "d"], ["b"], ["c"]])
    }

    @Test("escapes what means something to Graphviz and Mermaid")
    func escapes() {
        let graph = PluginGraph([Self.plugin(#"a"]; evil \"#, needs: [#"b"|x@1.0.0"#])])
        let dot = GraphDrawing.dot(graph)
        #expect(dot.contains(#"  "a\"]; evil \\" [label="a\"]; evil \\\n1.0.0, running, generation 1"];"#))
        let mermaid = GraphDrawing.mermaid(graph)
        #expect(mermaid.contains(#"n0["a#34;]#59; evil #92;<br/>1.0.0, running, generation 1"]"#))
        #expect(mermaid.contains(#"n0 -.->|"1.0.0"| n1"#))
        #expect(mermaid.contains(##"n1["b#34;#124;x<br/>missing"]:::missing"##))
    }
}
