internal import CPluginABI
internal import Glibc
internal import Synchronization

/// What the host offers one instance, behind the table that the ABI describes.
///
/// It lives as long as the process, like the image that it serves: a thread that a plugin forgot to end may call it at any
/// time, and is told that the host is shutting down.
package final class HostServices: Sendable {
    /// Where the services lead.
    package struct Outlets: Sendable {
        package var log: @Sendable (_ level: Int32, _ message: String) -> Void
        /// Takes an event, or returns the status that says why not.
        package var emit: @Sendable (_ type: String, _ data: [UInt8]) -> Int32
        package var configuration: @Sendable () -> [UInt8]
        /// The address of the table of an optional interface; `nil` if there is none of that name, or if it is not granted.
        package var interface: @Sendable (_ name: String) -> UInt?
        /// Whether a permission is granted; it says so to nobody.
        package var permits: @Sendable (_ permission: String) -> Bool

        package init(
            log: @escaping @Sendable (_ level: Int32, _ message: String) -> Void,
            emit: @escaping @Sendable (_ type: String, _ data: [UInt8]) -> Int32,
            configuration: @escaping @Sendable () -> [UInt8],
            interface: @escaping @Sendable (_ name: String) -> UInt? = { _ in nil },
            permits: @escaping @Sendable (_ permission: String) -> Bool = { _ in true }
        ) {
            self.log = log
            self.emit = emit
            self.configuration = configuration
            self.interface = interface
            self.permits = permits
        }
    }

    /// The longest text or event that is taken from a plugin.
    private static let limit: UInt64 = 16 << 20

    private let outlets: Mutex<Outlets?>
    private let hostID: StaticText
    /// What the instance is registered by, until the services end.
    package let token = RegistrationToken()

    package init(hostID: String, outlets: Outlets) {
        self.hostID = StaticText(hostID)
        self.outlets = Mutex(outlets)
    }

    /// The host's id.
    package var hostName: String { hostID.text }

    /// Logs for the instance, which is in another process.
    package func log(_ level: Int32, _ message: String) {
        outlets.withLock { $0 }?.log(level, message)
    }

    /// Publishes an event for the instance, which is in another process.
    package func emit(_ type: String, _ data: [UInt8]) -> Int32 {
        guard let outlets = outlets.withLock({ $0 }) else { return PH_SHUTTING_DOWN }
        guard !type.isEmpty else { return PH_BAD_PAYLOAD }
        return outlets.emit(type, data)
    }

    /// Whether a call from another process is one of this registration, which has not ended.
    package func accepts(_ token: RegistrationToken) -> Bool {
        token == self.token && outlets.withLock { $0 != nil }
    }

    /// Whether a permission is granted, as long as the registration lives.
    package func permits(_ permission: String) -> Bool {
        outlets.withLock { $0 }?.permits(permission) ?? false
    }

    /// The settings of the instance.
    package func configuration() -> [UInt8] {
        outlets.withLock { $0 }?.configuration() ?? []
    }

    /// Ends the services; what the instance asks for afterwards is refused.
    package func close() {
        outlets.withLock { $0 = nil }
    }

    /// Makes the table for `create`; it is never freed.
    func makeTable() -> UnsafePointer<ph_host_v1_t> {
        let table = UnsafeMutablePointer<ph_host_v1_t>.allocate(capacity: 1)
        unsafe table.initialize(
            to: ph_host_v1_t(
                struct_size: ABISize.host,
                abi_minor: UInt32(PH_ABI_MINOR),
                context: Unmanaged.passRetained(self).toOpaque(),
                host_id: hostID.pointer,
                log: { context, level, message, size in
                    guard let outlets = unsafe HostServices.outlets(context),
                        let text = unsafe HostServices.text(message, size)
                    else {
                        return
                    }
                    outlets.log(level, text)
                },
                emit: { context, type, typeSize, data, size in
                    guard let outlets = unsafe HostServices.outlets(context) else { return PH_SHUTTING_DOWN }
                    guard let type = unsafe HostServices.text(type, typeSize), !type.isEmpty, size <= HostServices.limit
                    else { return PH_BAD_PAYLOAD }
                    let bytes = unsafe UnsafeBufferPointer(start: data, count: unsafe data == nil ? 0 : Int(size))
                    return unsafe outlets.emit(type, Array(bytes))
                },
                read_configuration: { context, sink in
                    guard let outlets = unsafe HostServices.outlets(context) else { return PH_SHUTTING_DOWN }
                    return unsafe outlets.configuration().withUnsafeBufferPointer { bytes in
                        unsafe sink.pointee.write(sink.pointee.context, bytes.baseAddress, UInt64(bytes.count))
                    }
                },
                get_interface: { context, name in
                    guard let outlets = unsafe HostServices.outlets(context),
                        let name = unsafe HostServices.name(name), let address = outlets.interface(name)
                    else { return nil }
                    return unsafe UnsafeRawPointer(bitPattern: address)
                }
            )
        )
        return unsafe UnsafePointer(table)
    }

    private static func outlets(_ context: UnsafeMutableRawPointer?) -> Outlets? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<HostServices>.fromOpaque(context).takeUnretainedValue().outlets.withLock { $0 }
    }

    /// The name of an interface; longer ones than any are none.
    private static func name(_ pointer: UnsafePointer<CChar>) -> String? {
        let length = unsafe strnlen(pointer, 257)
        guard length <= 256 else { return nil }
        return unsafe String(validating: UnsafeRawBufferPointer(start: pointer, count: length), as: UTF8.self)
    }

    private static func text(_ bytes: UnsafePointer<CChar>?, _ size: UInt64) -> String? {
        guard size <= limit else { return nil }
        guard let bytes = unsafe bytes else { return size == 0 ? "" : nil }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: Int(size)), as: UTF8.self)
    }
}
