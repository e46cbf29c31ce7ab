internal import CPluginABI
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

        package init(
            log: @escaping @Sendable (_ level: Int32, _ message: String) -> Void,
            emit: @escaping @Sendable (_ type: String, _ data: [UInt8]) -> Int32,
            configuration: @escaping @Sendable () -> [UInt8]
        ) {
            self.log = log
            self.emit = emit
            self.configuration = configuration
        }
    }

    /// The longest text or event that is taken from a plugin.
    private static let limit: UInt64 = 16 << 20

    private let outlets: Mutex<Outlets?>
    private let hostID: StaticText

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
                get_interface: { _, _ in nil }
            )
        )
        return unsafe UnsafePointer(table)
    }

    private static func outlets(_ context: UnsafeMutableRawPointer?) -> Outlets? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<HostServices>.fromOpaque(context).takeUnretainedValue().outlets.withLock { $0 }
    }

    private static func text(_ bytes: UnsafePointer<CChar>?, _ size: UInt64) -> String? {
        guard size <= limit else { return nil }
        guard let bytes = unsafe bytes else { return size == 0 ? "" : nil }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: Int(size)), as: UTF8.self)
    }
}
