import CPluginABI
import PluginSDK
import Synchronization
import Testing

@Suite("A plugin's factory")
struct FactoryTests {
    @Test("carries the ABI's version and the metadata (PL-1, PL-4)")
    func carriesMetadata() throws {
        let plugin = try DrivenPlugin(Everything.self)
        #expect(plugin.factory.pointee.struct_size == UInt32(MemoryLayout<ph_factory_v1_t>.size))
        #expect(plugin.factory.pointee.abi_major == UInt32(PH_ABI_MAJOR))
        #expect(plugin.factory.pointee.abi_minor == UInt32(PH_ABI_MINOR))
        let descriptor = try #require(plugin.descriptor)
        #expect(descriptor.struct_size == UInt32(MemoryLayout<ph_descriptor_v1_t>.size))
        #expect(descriptor.flags == 0)
        #expect(String(cString: descriptor.id) == "everything")
        #expect(String(cString: descriptor.name) == "Everything")
        #expect(String(cString: descriptor.version) == "1.2.3-rc.1")
        #expect(descriptor.description.map { String(cString: $0) } == "Uses everything")
        #expect(descriptor.author.map { String(cString: $0) } == "Ada")
        #expect(descriptor.type == PH_TYPE_CUSTOM)
        #expect(descriptor.custom_type.map { String(cString: $0) } == "test")
        #expect(descriptor.priority == PH_PRIORITY_HIGH)
        #expect(texts(descriptor.dependencies) == ["base@1.0.0", "other"])
        #expect(texts(descriptor.capabilities) == ["testing"])
        #expect(texts(descriptor.permissions) == ["network"])
    }

    @Test("is made once for each plugin")
    func isMadeOnce() throws {
        #expect(makeFactory(of: Minimal.self) == makeFactory(of: Minimal.self))
        #expect(makeFactory(of: Minimal.self) != makeFactory(of: Everything.self))
        #expect(try DrivenPlugin(Minimal.self).descriptor.map { String(cString: $0.id) } == "minimal")
    }

    @Test("is one and the same for threads that ask for it at once")
    func isMadeOnceByThreads() async {
        final class Wanted: Plugin {
            static let metadata = PluginMetadata(id: "wanted", name: "Wanted", version: "1.0.0")
            init(context: PluginContext) {}
            static func register(in methods: inout MethodTable<Wanted>) {}
        }
        let addresses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<16 { group.addTask { Int(bitPattern: makeFactory(of: Wanted.self)) } }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(addresses.count == 1)
    }

    @Test("says which plugins can be called from several threads (PL-8)")
    func saysConcurrency() throws {
        #expect(try DrivenPlugin(Tally.self).descriptor?.flags == PH_FLAG_CONCURRENT)
        #expect(try DrivenPlugin(Notebook.self).descriptor?.flags == 0)
        #expect(try DrivenPlugin(Tally.self).table.save_state != nil)
    }

    @Test("refuses a host's table of another size", arguments: [UInt32(0), 8, 64, .max])
    func refusesWrongSize(size: UInt32) {
        let failure = #expect(throws: PluginFailure.self) {
            try DrivenPlugin(Minimal.self) { $0.struct_size = size }
        }
        #expect(failure?.code == .unsupported)
    }

    @Test(
        "refuses a host's table that lacks a function",
        arguments: ["host_id", "log", "emit", "read_configuration", "get_interface"]
    )
    func refusesNull(field: String) throws {
        let offset = try #require(
            [
                "host_id": MemoryLayout.offset(of: \ph_host_v1_t.host_id),
                "log": MemoryLayout.offset(of: \ph_host_v1_t.log),
                "emit": MemoryLayout.offset(of: \ph_host_v1_t.emit),
                "read_configuration": MemoryLayout.offset(of: \ph_host_v1_t.read_configuration),
                "get_interface": MemoryLayout.offset(of: \ph_host_v1_t.get_interface),
            ][field] ?? nil
        )
        #expect(throws: PluginFailure(.internalError, "the host's table lacks '\(field)'")) {
            try DrivenPlugin(Minimal.self) { table in
                withUnsafeMutableBytes(of: &table) { $0.storeBytes(of: 0, toByteOffset: offset, as: UInt.self) }
            }
        }
    }

    @Test("reports a plugin that refuses to be made")
    func reportsRefusal() {
        let host = HostDouble()
        host.memory.withLock { $0.configuration = Array(#"{"refuse":true}"#.utf8) }
        #expect(throws: PluginFailure(.unauthorised, "asked to refuse")) {
            try DrivenPlugin(Everything.self, host: host)
        }
    }

    private func texts(_ list: ph_strings_v1_t) -> [String] {
        (0..<Int(list.count)).compactMap { list.items?[$0] }.map { String(cString: $0) }
    }
}
