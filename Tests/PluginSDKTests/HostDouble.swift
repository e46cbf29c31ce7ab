import CPluginABI
import Synchronization

/// A host as small as one can be, which remembers what a plugin tells it.
final class HostDouble: Sendable {
    struct Record: Hashable, Sendable {
        let level: Int32
        let message: String
    }
    struct Event: Hashable, Sendable {
        let type: String
        let data: [UInt8]
    }
    struct Memory: Sendable {
        var records: [Record] = []
        var events: [Event] = []
        var configuration = Array("{}".utf8)
        var status = PH_OK
        /// Called at each record, after it was kept.
        var onLog: @Sendable () -> Void = {}
    }

    let memory = Mutex(Memory())
    /// Another one for each host, so that a test finds what a plugin did for its own.
    let id: String
    // Written once and freed at the end; plugins read it in between.
    private nonisolated(unsafe) let idCharacters: UnsafeMutablePointer<CChar>
    private static let hosts = Atomic(0)

    init() {
        id = "host-\(HostDouble.hosts.add(1, ordering: .relaxed).newValue)"
        let characters = id.utf8CString
        idCharacters = .allocate(capacity: characters.count)
        for (offset, character) in characters.enumerated() { (idCharacters + offset).initialize(to: character) }
    }

    deinit { idCharacters.deallocate() }

    var records: [Record] { memory.withLock { $0.records } }
    var events: [Event] { memory.withLock { $0.events } }

    /// The table that a plugin gets; it names this object, which has to outlive it.
    func makeTable() -> ph_host_v1_t {
        ph_host_v1_t(
            struct_size: UInt32(MemoryLayout<ph_host_v1_t>.size),
            abi_minor: UInt32(PH_ABI_MINOR),
            context: Unmanaged.passUnretained(self).toOpaque(),
            host_id: idCharacters,
            log: { context, level, message, size in
                let text = HostDouble.text(message, size)
                let onLog = HostDouble.from(context)?.memory.withLock {
                    $0.records.append(Record(level: level, message: text))
                    return $0.onLog
                }
                onLog?()
            },
            emit: { context, type, typeSize, data, size in
                let event = Event(
                    type: HostDouble.text(type, typeSize),
                    data: Array(UnsafeBufferPointer(start: data, count: Int(size)))
                )
                return HostDouble.from(context)?.memory.withLock {
                    $0.events.append(event)
                    return $0.status
                } ?? PH_INTERNAL
            },
            read_configuration: { context, sink in
                guard let host = HostDouble.from(context) else { return PH_INTERNAL }
                let (status, bytes) = host.memory.withLock { ($0.status, $0.configuration) }
                // In pieces, as a host may do it.
                for byte in bytes {
                    let written = withUnsafePointer(to: byte) { sink.pointee.write(sink.pointee.context, $0, 1) }
                    if written != PH_OK { return written }
                }
                return status
            },
            get_interface: { context, name in
                let text = String(cString: name)
                return text == "test/1" ? context.map { UnsafeRawPointer($0) } : nil
            }
        )
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> HostDouble? {
        context.map { Unmanaged<HostDouble>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func text(_ start: UnsafePointer<CChar>?, _ size: UInt64) -> String {
        String(decoding: UnsafeRawBufferPointer(start: start, count: Int(size)), as: UTF8.self)
    }
}
