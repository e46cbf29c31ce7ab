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
        /// Whether the instance is offered the service of that name: there is one, and it is granted.
        package var offers: @Sendable (_ service: String) -> Bool
        /// The names of all services that the instance is offered; it says so to nobody.
        package var offered: @Sendable () -> [String]
        /// Asks a service, on a thread that may wait.
        package var request: @Sendable (_ call: ServiceCall) -> ServiceAnswer
        /// Whether a permission is granted; it says so to nobody.
        package var permits: @Sendable (_ permission: String) -> Bool

        package init(
            log: @escaping @Sendable (_ level: Int32, _ message: String) -> Void,
            emit: @escaping @Sendable (_ type: String, _ data: [UInt8]) -> Int32,
            configuration: @escaping @Sendable () -> [UInt8],
            offers: @escaping @Sendable (_ service: String) -> Bool = { _ in false },
            offered: @escaping @Sendable () -> [String] = { [] },
            request: @escaping @Sendable (_ call: ServiceCall) -> ServiceAnswer = { call in
                ServiceAnswer(status: PH_NOT_FOUND, "there is no service \(call.service)")
            },
            permits: @escaping @Sendable (_ permission: String) -> Bool = { _ in true }
        ) {
            self.log = log
            self.emit = emit
            self.configuration = configuration
            self.offers = offers
            self.offered = offered
            self.request = request
            self.permits = permits
        }
    }

    /// The longest text or event that is taken from a plugin.
    private static let limit: UInt64 = 16 << 20

    private let outlets: Mutex<Outlets?>
    /// The tables of services that were handed out, by their names.
    private let tables = Mutex<[String: UInt]>([:])
    /// The settings that have taken the place of those that the instance began with.
    private let newConfiguration = Mutex<[UInt8]?>(nil)
    private let hostID: StaticText
    /// What the instance is registered by: what it says from another process comes with it.
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

    /// Whether a permission is granted, as long as the registration lives.
    package func permits(_ permission: String) -> Bool {
        outlets.withLock { $0 }?.permits(permission) ?? false
    }

    /// The settings of the instance.
    package func configuration() -> [UInt8] {
        guard let outlets = outlets.withLock({ $0 }) else { return [] }
        return newConfiguration.withLock { $0 } ?? outlets.configuration()
    }

    /// Takes note of settings that the instance has taken over.
    package func replaceConfiguration(_ configuration: [UInt8]) {
        newConfiguration.withLock { $0 = configuration }
    }

    /// Whether the instance is offered the service of that name.
    package func offers(_ service: String) -> Bool {
        outlets.withLock { $0 }?.offers(service) ?? false
    }

    /// The names of all services that the instance is offered.
    package var offered: [String] {
        outlets.withLock { $0 }?.offered() ?? []
    }

    /// Asks a service for the instance.
    package func request(_ call: ServiceCall) -> ServiceAnswer {
        guard let outlets = outlets.withLock({ $0 }) else {
            return ServiceAnswer(status: PH_SHUTTING_DOWN, "\(call.service): the plugin's registration has ended")
        }
        let answer = outlets.request(call)
        guard answer.bytes.count <= ServiceCall.limit else {
            let reason = "\(call.service): \(call.method): an answer of \(answer.bytes.count) bytes"
            return ServiceAnswer(status: PH_FAILED, "\(reason); it can have \(ServiceCall.limit) at most")
        }
        return answer
    }

    /// The address of the table of a service; `nil` if it is not offered.
    private func table(of service: String) -> UInt? {
        guard offers(service) else { return nil }
        return tables.withLock { tables in
            if let table = tables[service] { return table }
            let table = ServiceTable.make(self, service)
            tables[service] = table
            return table
        }
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
                    guard let services = unsafe HostServices.services(context),
                        services.outlets.withLock({ $0 != nil })
                    else { return PH_SHUTTING_DOWN }
                    return unsafe services.configuration().withUnsafeBufferPointer { bytes in
                        unsafe sink.pointee.write(sink.pointee.context, bytes.baseAddress, UInt64(bytes.count))
                    }
                },
                get_interface: { context, name in
                    guard let services = unsafe HostServices.services(context),
                        let name = unsafe HostServices.name(name), let address = services.table(of: name)
                    else { return nil }
                    return unsafe UnsafeRawPointer(bitPattern: address)
                }
            )
        )
        return unsafe UnsafePointer(table)
    }

    private static func services(_ context: UnsafeMutableRawPointer?) -> HostServices? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<HostServices>.fromOpaque(context).takeUnretainedValue()
    }

    private static func outlets(_ context: UnsafeMutableRawPointer?) -> Outlets? {
        unsafe services(context)?.outlets.withLock { $0 }
    }

    /// The name of an interface; longer ones than any are none.
    private static func name(_ pointer: UnsafePointer<CChar>) -> String? {
        let length = unsafe strnlen(pointer, 257)
        guard length <= 256 else { return nil }
        return unsafe String(validating: UnsafeRawBufferPointer(start: pointer, count: length), as: UTF8.self)
    }

    static func text(_ bytes: UnsafePointer<CChar>?, _ size: UInt64) -> String? {
        guard size <= limit else { return nil }
        guard let bytes = unsafe bytes else { return size == 0 ? "" : nil }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: Int(size)), as: UTF8.self)
    }
}
