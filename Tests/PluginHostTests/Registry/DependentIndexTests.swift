import Testing

@testable import PluginHost

@Suite("The index of dependents (HR-12)")
struct DependentIndexTests {
    private static func descriptor(_ id: String, _ dependencies: [String]) -> PluginDescriptor {
        PluginDescriptor(
            id: id,
            name: id,
            version: "1.0.0",
            description: "",
            author: "",
            type: "tool",
            priority: 50,
            dependencies: dependencies,
            capabilities: [],
            permissions: [],
            stateSchemaMinimum: 0,
            stateSchemaMaximum: 0,
            isConcurrent: false
        )
    }

    @Test("names all that have ever needed a plugin, in order and once")
    func names() {
        var index = DependentIndex()
        index.add(Self.descriptor("c", ["a@1.0.0", "b"]))
        index.add(Self.descriptor("b", ["a"]))
        index.add(Self.descriptor("b", ["a", "b"]))
        #expect(index.plugins(needing: "a") == ["b", "c"])
        #expect(index.plugins(needing: "b") == ["c"])
        #expect(index.plugins(needing: "c") == [])
    }
}
