internal import CCallScope
internal import CPluginABI

/// One service of the host as an instance sees it: a table that is never freed, like the one that leads to it.
final class ServiceTable: Sendable {
    private let services: HostServices
    private let name: String

    private init(_ services: HostServices, _ name: String) {
        self.services = services
        self.name = name
    }

    /// Makes the table of a service, and gives its address.
    static func make(_ services: HostServices, _ name: String) -> UInt {
        let table = UnsafeMutablePointer<ph_service_v1_t>.allocate(capacity: 1)
        unsafe table.initialize(
            to: ph_service_v1_t(
                struct_size: ABISize.service,
                reserved: 0,
                context: Unmanaged.passRetained(ServiceTable(services, name)).toOpaque(),
                request: { context, method, methodSize, input, inputSize, deadline, answer, error in
                    guard let context = unsafe context else { return PH_INTERNAL }
                    return unsafe Unmanaged<ServiceTable>.fromOpaque(context)._withUnsafeGuaranteedRef { table in
                        let result = unsafe table.request(method, methodSize, input, inputSize, deadline)
                        let sink = unsafe result.status == PH_OK ? answer : error
                        let taken = unsafe result.bytes.withUnsafeBufferPointer { bytes in
                            unsafe sink.pointee.write(sink.pointee.context, bytes.baseAddress, UInt64(bytes.count))
                        }
                        return result.status == PH_OK ? taken : result.status
                    }
                }
            )
        )
        return UInt(bitPattern: table)
    }

    private func request(
        _ method: UnsafePointer<CChar>?,
        _ methodSize: UInt64,
        _ input: UnsafePointer<UInt8>?,
        _ inputSize: UInt64,
        _ deadline: UInt64
    ) -> ServiceAnswer {
        guard inputSize <= UInt64(ServiceCall.limit), unsafe inputSize == 0 || input != nil else {
            let reason = "\(name): an input of \(inputSize) bytes; it can have \(ServiceCall.limit) at most"
            return ServiceAnswer(status: PH_BAD_PAYLOAD, reason)
        }
        guard let method = unsafe HostServices.text(method, methodSize), methodSize <= 4096 else {
            return ServiceAnswer(status: PH_BAD_PAYLOAD, "\(name): a method whose name is none")
        }
        let bytes = unsafe UnsafeBufferPointer(start: input, count: Int(inputSize))
        let scope = call_scope_present()
        return services.request(
            ServiceCall(
                service: name,
                method: method,
                input: unsafe Array(bytes),
                deadline: deadline == 0 ? scope.deadline : deadline,
                chain: scope.chain
            )
        )
    }
}
