import CPluginABI
import PluginSDK

/// One instance of a plugin, driven through the table of functions as a host drives it.
final class DrivenPlugin {
    struct Reply: Equatable {
        let status: ph_status_t
        /// The answer with `PH_OK`, else the message.
        let text: String
    }
    /// A lifecycle function of the table.
    typealias Step =
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<ph_sink_v1_t>) -> ph_status_t

    let host: HostDouble
    let factory: PluginFactory
    private(set) var table = ph_instance_v1_t()
    private let hostTable: UnsafeMutablePointer<ph_host_v1_t>

    var descriptor: ph_descriptor_v1_t? { factory.pointee.descriptor?.pointee }

    /// Creates an instance; `change` may spoil what the host offers.
    init<P: Plugin>(
        _ type: P.Type,
        host: HostDouble = HostDouble(),
        change: (inout ph_host_v1_t) -> Void = { _ in }
    ) throws {
        self.host = host
        factory = makeFactory(of: type)
        hostTable = .allocate(capacity: 1)
        var offered = host.makeTable()
        change(&offered)
        hostTable.initialize(to: offered)
        let error = BytesSink()
        let status = error.lend { error in factory.pointee.create?(hostTable, &table, error) ?? PH_INTERNAL }
        guard status == PH_OK else {
            throw PluginFailure(PluginFailure.Code(rawValue: status), error.text)
        }
    }

    deinit {
        table.destroy?(table.context)
        hostTable.deallocate()
    }

    func run(_ step: KeyPath<ph_instance_v1_t, Step?>) -> Reply {
        guard let function = table[keyPath: step] else { return Reply(status: PH_UNSUPPORTED, text: "null") }
        let error = BytesSink()
        return Reply(status: error.lend { function(table.context, $0) }, text: error.text)
    }

    func initialise(_ configuration: String = "") -> Reply {
        let error = BytesSink()
        let bytes = Array(configuration.utf8)
        let status = error.lend { table.initialise?(table.context, bytes, UInt64(bytes.count), $0) ?? PH_UNSUPPORTED }
        return Reply(status: status, text: error.text)
    }

    func call(_ method: String, _ input: String = "", id: UInt64 = 0, deadline: UInt64 = 0) -> Reply {
        call(method, Array(input.utf8), id: id, deadline: deadline)
    }

    func call(
        _ method: String,
        _ input: [UInt8],
        id: UInt64 = 0,
        deadline: UInt64 = 0,
        into answer: BytesSink = BytesSink()
    ) -> Reply {
        let name = Array(method.utf8)
        return name.withUnsafeBytes { name in
            input.withUnsafeBufferPointer { input in
                call(
                    ph_call_v1_t(
                        struct_size: UInt32(MemoryLayout<ph_call_v1_t>.size),
                        reserved: 0,
                        id: id,
                        deadline: deadline,
                        method: name.baseAddress?.assumingMemoryBound(to: CChar.self),
                        method_size: UInt64(name.count),
                        input: input.baseAddress,
                        input_size: UInt64(input.count)
                    ),
                    into: answer
                )
            }
        }
    }

    func call(_ call: ph_call_v1_t, into answer: BytesSink = BytesSink()) -> Reply {
        let error = BytesSink()
        let status = withUnsafePointer(to: call) { call in
            answer.lend { answer in
                error.lend { error in table.execute?(table.context, call, answer, error) ?? PH_UNSUPPORTED }
            }
        }
        return Reply(status: status, text: status == PH_OK ? answer.text : error.text)
    }

    func save() -> (reply: Reply, schema: UInt32, bytes: [UInt8]) {
        var schema = UInt32.max
        let (out, error) = (BytesSink(), BytesSink())
        let status = out.lend { out in
            error.lend { table.save_state?(table.context, &schema, out, $0) ?? PH_UNSUPPORTED }
        }
        return (Reply(status: status, text: error.text), schema, out.bytes)
    }

    func check(_ source: BytesSource, schema: UInt32 = 0) -> Reply {
        let error = BytesSink()
        let status = source.lend { source in
            error.lend { table.check_state?(table.context, schema, source, $0) ?? PH_UNSUPPORTED }
        }
        return Reply(status: status, text: error.text)
    }

    func restore(_ source: BytesSource, schema: UInt32 = 0) -> Reply {
        let error = BytesSink()
        let status = source.lend { source in
            error.lend { table.restore_state?(table.context, schema, source, $0) ?? PH_UNSUPPORTED }
        }
        return Reply(status: status, text: error.text)
    }

    func restore(_ json: String, schema: UInt32 = 0) -> Reply {
        restore(BytesSource(Array(json.utf8)), schema: schema)
    }

    func health() -> (reply: Reply, status: Int32) {
        var health: Int32 = -1
        let details = BytesSink()
        let status = details.lend { table.check_health?(table.context, &health, $0) ?? PH_UNSUPPORTED }
        return (Reply(status: status, text: details.text), health)
    }

    func statistics() -> Reply {
        let out = BytesSink()
        return Reply(status: out.lend { table.statistics?(table.context, $0) ?? PH_UNSUPPORTED }, text: out.text)
    }

    func recovers(from status: ph_status_t, _ message: String) -> Int32 {
        var recovered: Int32 = -1
        _ = message.withCString {
            table.on_error?(table.context, status, $0, UInt64(message.utf8.count), &recovered)
        }
        return recovered
    }

    func tellReloaded(_ id: String, generation: UInt64) -> Bool {
        guard let interface = table.get_interface?(table.context, PH_DEPENDENCY_OBSERVER_V1) else { return false }
        interface.assumingMemoryBound(to: ph_dependency_observer_v1_t.self)
            .pointee.changed(table.context, id, PH_DEPENDENCY_RELOADED, generation)
        return true
    }
}
