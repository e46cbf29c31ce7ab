import PluginHost
@testable import PluginHostCommands
import Testing

@Suite("The description of a package")
struct PackageDescriptionTests {
    private let description: PackageDescription

    init() throws {
        description = try JSONCoding.decode(
            from: Array(
                """
                {"name":"demo","path":"/demo","dependencies":[],"products":[
                {"name":"SDK","targets":["SDK"],"type":{"library":["automatic"]}},
                {"name":"tool","targets":["tool"],"type":{"executable":null}},
                {"name":"A","targets":["A"],"type":{"library":["dynamic"]}},
                {"name":"B","targets":["B"],"type":{"library":["dynamic"]}}],"targets":[
                {"name":"SDK","path":"Sources/SDK","sources":["S.swift"],"type":"library"},
                {"name":"A","path":"SamplePlugins/A","sources":["A.swift"],"target_dependencies":["SDK"]},
                {"name":"B","path":"Tests/B","sources":["B.swift"],"target_dependencies":["A","SDK"]},
                {"name":"tool","path":"Sources/tool","sources":["main.swift"],"target_dependencies":["SDK"]}]}
                """.utf8
            )
        )
    }

    @Test("knows which products may be plugins")
    func plugins() {
        #expect(description.plugins(below: nil).map(\.name) == ["A", "B"])
        #expect(description.plugins(below: "SamplePlugins").map(\.name) == ["A"])
    }

    @Test("knows which targets they are made from")
    func targets() {
        #expect(description.targets(of: description.plugins(below: "SamplePlugins")).map(\.name) == ["SDK", "A"])
    }
}
