internal import CPluginABI
internal import PluginSDK
internal import Synchronization

/// The place of one instance at a host: the table that it is given, which lives as long as the seat.
@safe
final class HostSeat: Sendable {
    let host: TestHost
    let plugin: String
    /// The permissions that the plugin asks for.
    let asked: [String]
    private let settings: Mutex<[UInt8]>
    private let services = Mutex<[String: ServiceTable]>([:])
    // Both are written once, before anybody has the pointer, and freed at the end.
    private nonisolated(unsafe) let idCharacters: UnsafeMutablePointer<CChar>
    private nonisolated(unsafe) let hostTable: UnsafeMutablePointer<ph_host_v1_t>

    init(of facts: PluginFacts, at host: TestHost, settings: [UInt8]) {
        self.host = host
        plugin = facts.id
        asked = facts.permissions
        self.settings = Mutex(settings)
        let characters = host.id.utf8CString
        unsafe idCharacters = .allocate(capacity: characters.count)
        for (offset, character) in characters.enumerated() {
            unsafe (idCharacters + offset).initialize(to: character)
        }
        unsafe hostTable = .allocate(capacity: 1)
        unsafe hostTable.initialize(to: makeTable())
    }

    deinit {
        unsafe hostTable.deallocate()
        unsafe idCharacters.deallocate()
    }

    /// What the instance is given.
    var table: UnsafePointer<ph_host_v1_t> { unsafe UnsafePointer(hostTable) }

    func replaceSettings(_ bytes: [UInt8]) {
        settings.withLock { $0 = bytes }
    }

    private func makeTable() -> ph_host_v1_t {
        unsafe ph_host_v1_t(
            struct_size: UInt32(MemoryLayout<ph_host_v1_t>.size),
            abi_minor: UInt32(PH_ABI_MINOR),
            context: Unmanaged.passUnretained(self).toOpaque(),
            host_id: UnsafePointer(idCharacters),
            log: { context, level, message, size in
                guard let seat = unsafe HostSeat.from(context) else { return }
                // A level of a later SDK is one that matters.
                let level = LogLevel(rawValue: level) ?? .error
                seat.host.note(LoggedRecord(level, unsafe HostSeat.text(message, size), by: seat.plugin), of: seat)
            },
            emit: { context, type, typeSize, data, size in
                guard let seat = unsafe HostSeat.from(context) else { return PH_INTERNAL }
                let (topic, bytes) = unsafe (HostSeat.text(type, typeSize), HostSeat.bytes(data, size))
                return seat.host.take(Event(topic: topic, source: seat.plugin, data: bytes), of: seat)
            },
            read_configuration: { context, out in
                guard let seat = unsafe HostSeat.from(context) else { return PH_INTERNAL }
                let bytes = seat.settings.withLock { $0 }
                return unsafe out.pointee.write(out.pointee.context, bytes, UInt64(bytes.count))
            },
            get_interface: { context, name in
                guard let seat = unsafe HostSeat.from(context) else { return nil }
                return unsafe seat.service(named: String(cString: name))
            }
        )
    }

    /// Gives the table of a service; nil if the host has no such service, or does not grant it.
    private func service(named name: String) -> UnsafeRawPointer? {
        guard host.offers(name, to: self) else { return nil }
        let service = services.withLock { services in
            if let known = services[name] { return known }
            let service = ServiceTable { [host, plugin, asked] (method, input) throws(PluginFailure) in
                try host.serve(ServiceRequest(of: plugin, to: name, method, input), asked: asked)
            }
            services[name] = service
            return service
        }
        return unsafe service.pointer
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> HostSeat? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<HostSeat>.fromOpaque(context).takeUnretainedValue()
    }

    static func text(_ start: UnsafePointer<CChar>?, _ size: UInt64) -> String {
        unsafe String(
            decoding: UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(clamping: size)),
            as: UTF8.self
        )
    }

    static func bytes(_ start: UnsafePointer<UInt8>?, _ size: UInt64) -> [UInt8] {
        unsafe Array(UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(clamping: size)))
    }
}
