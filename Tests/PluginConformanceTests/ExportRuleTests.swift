import LinuxSystem
import PluginConformance
import Testing

@Suite("The rule of exports")
struct ExportRuleTests {
    private func fault(_ names: String..., unique: Bool = false) -> String? {
        let exports = names.map { ELFExport(name: $0, kind: .function, isUnique: unique) }
        return ExportRule.fault(in: exports + [ELFExport(name: "ph_plugin_factory", kind: .function, isUnique: false)])
    }

    @Test("lets the factory pass, and what toolchains export without being asked")
    func toolchains() {
        #expect(fault() == nil)
        #expect(fault("__bss_start", "_edata", "_end") == nil)
        #expect(fault("$s7Counter7factorySPySo15ph_factory_v1_taGyF", "__swift_reflection_version") == nil)
        #expect(fault("rust_eh_personality", "_ZN3std2io5stdio6_print17h1234567890abcdefE") == nil)
    }

    @Test("names what else is exported")
    func others() {
        #expect(fault("helper") == "it exports helper beside ph_plugin_factory")
        #expect(fault("a", "b", "c") == "it exports a, b, c beside ph_plugin_factory")
        #expect(fault("a", "b", "c", "d", "e", "f") == "it exports a, b, c, d and 2 more beside ph_plugin_factory")
    }

    @Test("refuses symbols that two generations would share")
    func unique() {
        let found = fault("_ZGVZ4funcvE1s", unique: true)
        #expect(found?.hasPrefix("_ZGVZ4funcvE1s exist once in a process") == true)
    }

    @Test("demands the factory")
    func factory() {
        #expect(ExportRule.fault(in: []) == "it does not export ph_plugin_factory")
    }
}
