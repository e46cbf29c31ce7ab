internal import CPluginABI
internal import PluginSDK

/// One service as an instance sees it.
@safe
final class ServiceTable: Sendable {
    typealias Answer = @Sendable (_ method: String, _ input: [UInt8]) throws(PluginFailure) -> [UInt8]

    // Written once, before anybody has the pointer, and freed at the end.
    private nonisolated(unsafe) let table: UnsafeMutablePointer<ph_service_v1_t>
    private let answer: Answer

    init(_ answer: @escaping Answer) {
        self.answer = answer
        unsafe table = .allocate(capacity: 1)
        unsafe table.initialize(
            to: ph_service_v1_t(
                struct_size: UInt32(MemoryLayout<ph_service_v1_t>.size),
                reserved: 0,
                context: Unmanaged.passUnretained(self).toOpaque(),
                request: { context, method, methodSize, input, inputSize, _, answer, complaint in
                    guard let context = unsafe context else { return PH_INTERNAL }
                    let service = unsafe Unmanaged<ServiceTable>.fromOpaque(context).takeUnretainedValue()
                    let name = unsafe HostSeat.text(method, methodSize)
                    do throws(PluginFailure) {
                        let bytes = try service.answer(name, unsafe HostSeat.bytes(input, inputSize))
                        return unsafe ServiceTable.write(bytes, to: answer)
                    } catch {
                        _ = unsafe ServiceTable.write(Array(error.message.utf8), to: complaint)
                        // A failure must never count as success.
                        return error.code.rawValue == PH_OK ? PH_FAILED : error.code.rawValue
                    }
                }
            )
        )
    }

    deinit { unsafe table.deallocate() }

    /// What the instance is given.
    var pointer: UnsafeRawPointer { unsafe UnsafeRawPointer(table) }

    private static func write(_ bytes: [UInt8], to sink: UnsafePointer<ph_sink_v1_t>) -> ph_status_t {
        unsafe sink.pointee.write(sink.pointee.context, bytes, UInt64(bytes.count))
    }
}
