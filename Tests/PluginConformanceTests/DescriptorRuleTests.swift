import PluginConformance
import PluginLoading
import Testing

@Suite("The rule of descriptors (PL-4)")
struct DescriptorRuleTests {
    private func fault(_ change: (inout FactoryDescription) -> Void = { _ in }) -> String? {
        var said = FactoryDescription()
        said.id = "counter"
        said.name = "Counter"
        said.version = "1.0.0"
        said.priority = 50
        change(&said)
        return DescriptorRule.fault(in: said, of: "a.so")
    }

    @Test("lets a good one pass")
    func good() {
        #expect(fault() == nil)
        #expect(fault { $0.dependencies = ["a", "b@1.2.3"] } == nil)
        #expect(fault { $0.flags = 7 } == nil)
        #expect(fault { ($0.stateSchemaMinimum, $0.stateSchemaMaximum) = (1, 3) } == nil)
    }

    @Test("names what is wrong")
    func faults() {
        #expect(fault { $0.id = "not an id!" }?.contains("its id") == true)
        #expect(fault { $0.version = "1" }?.contains("its version") == true)
        #expect(fault { $0.name = "" } == "its name is empty")
        #expect(fault { $0.type = 99 }?.contains("its type 99") == true)
        #expect(fault { $0.priority = 201 }?.contains("its priority is 201") == true)
        #expect(fault { $0.flags = 8 }?.contains("its flags 8") == true)
        #expect(fault { ($0.stateSchemaMinimum, $0.stateSchemaMaximum) = (3, 1) }?.contains("schemas") == true)
        #expect(fault { $0.dependencies = ["a@soon"] }?.contains("'a@soon'") == true)
        #expect(fault { $0.dependencies = ["a b"] }?.contains("'a b'") == true)
        #expect(fault { $0.dependencies = ["counter"] } == "it depends on itself")
        #expect(fault { $0.dependencies = ["a", "a@1.0.0"] } == "it names a dependency twice")
        #expect(fault { $0.permissions = [""] }?.contains("empty text") == true)
    }
}
