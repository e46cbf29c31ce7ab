internal import CPluginABI
internal import Glibc
internal import LinuxSystem

/// The host that an instance under check sees: it takes everything, and keeps nothing.
///
/// It is not the table of the real host, because that is made anew for each instance and never freed, which would be taken for
/// a leak of the plugin's. What a plugin tells is accepted; what it asks for is answered with `PH_NOT_FOUND`.
@safe
final class CheckHost: Sendable {
    private let settings: [UInt8]
    // Written before anybody has it, and never freed: a thread that a plugin forgot to end may use it at any time.
    nonisolated(unsafe) let table: UnsafePointer<ph_host_v1_t>

    /// Which services the host has, and whether what they are asked is done.
    private enum Service {
        case taking
        case refusing
    }

    private static let takingService = unsafe UInt(bitPattern: makeService(.taking))
    private static let refusingService = unsafe UInt(bitPattern: makeService(.refusing))

    init(settings: String) {
        self.settings = Array(settings.utf8)
        let table = UnsafeMutablePointer<ph_host_v1_t>.allocate(capacity: 1)
        unsafe self.table = UnsafePointer(table)
        unsafe table.initialize(to: makeTable(size: UInt32(MemoryLayout<ph_host_v1_t>.size)))
    }

    /// A table that says that it has another size than it should.
    func makeTable(size: UInt32) -> ph_host_v1_t {
        guard let hostID = unsafe strdup("plugin-host-check") else {
            preconditionFailure("there is no memory for a name")
        }
        return unsafe ph_host_v1_t(
            struct_size: size,
            abi_minor: UInt32(PH_ABI_MINOR),
            context: Unmanaged.passRetained(self).toOpaque(),
            host_id: hostID,
            log: { _, _, _, _ in },
            emit: { _, type, size, _, _ in unsafe type == nil || size == 0 ? PH_BAD_PAYLOAD : PH_OK },
            read_configuration: { context, sink in
                guard let context = unsafe context else { return PH_INTERNAL }
                let host = unsafe Unmanaged<CheckHost>.fromOpaque(context).takeUnretainedValue()
                return unsafe host.settings.withUnsafeBufferPointer { bytes in
                    unsafe sink.pointee.write(sink.pointee.context, bytes.baseAddress, UInt64(bytes.count))
                }
            },
            get_interface: { _, name in
                switch unsafe String(cString: name) {
                case PH_EVENTS_V1, PH_GATEWAYS_V1, PH_TASKS_V1, PH_HEARTBEAT_V1:
                    unsafe UnsafeRawPointer(bitPattern: CheckHost.takingService)
                case PH_SHARED_STATE_V1, PH_PLUGINS_V1, PH_HOOKS_V1, PH_ACTIONS_V1:
                    unsafe UnsafeRawPointer(bitPattern: CheckHost.refusingService)
                default: nil
                }
            }
        )
    }

    private static func makeService(_ service: Service) -> UnsafePointer<ph_service_v1_t> {
        let table = UnsafeMutablePointer<ph_service_v1_t>.allocate(capacity: 1)
        let refuses: ServiceRequest = { _, _, _, _, _, _, _, error in
            let reason = Array("the checker has no other plugins, and shares no values".utf8)
            return unsafe reason.withUnsafeBufferPointer { bytes in
                unsafe _ = error.pointee.write(error.pointee.context, bytes.baseAddress, UInt64(bytes.count))
                return PH_NOT_FOUND
            }
        }
        let takes: ServiceRequest = { _, _, _, _, _, _, _, _ in PH_OK }
        let request = unsafe service == .taking ? takes : refuses
        unsafe table.initialize(
            to: ph_service_v1_t(
                struct_size: UInt32(MemoryLayout<ph_service_v1_t>.size),
                reserved: 0,
                context: nil,
                request: request
            )
        )
        return unsafe UnsafePointer(table)
    }

    private typealias ServiceRequest =
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafePointer<CChar>?, UInt64, UnsafePointer<UInt8>?, UInt64, UInt64,
            UnsafePointer<ph_sink_v1_t>, UnsafePointer<ph_sink_v1_t>
        ) -> ph_status_t
}
