internal import CPluginABI

/// A service of the host, reached by its name.
///
/// It can be used from any thread; whoever asks waits for the answer. What each service takes and answers is told in
/// <doc:using-services>.
@safe
public struct HostService: Sendable {
    /// The name, such as `ph.shared-state/1`.
    public let name: String

    // The host's, and valid until the plugin is destroyed; its function may be called from any thread.
    private nonisolated(unsafe) let table: UnsafePointer<ph_service_v1_t>
    private let context: PluginContext

    /// Checks that a table is one that this SDK knows.
    init(_ name: String, _ found: UnsafeRawPointer, _ context: PluginContext) throws(PluginFailure) {
        let table = unsafe found.assumingMemoryBound(to: ph_service_v1_t.self)
        let size = unsafe table.pointee.struct_size
        guard unsafe size == UInt32(MemoryLayout<ph_service_v1_t>.size) else {
            throw PluginFailure(
                .unsupported,
                "the host's table of \(name) has \(size) bytes; rebuild the plugin for it"
            )
        }
        self.name = name
        unsafe self.table = table
        self.context = context
    }

    /// Asks for something, and waits for the answer.
    ///
    /// - Parameters:
    ///   - method: What is asked for.
    ///   - input: What the method reads; 16 MiB at most.
    ///   - timeout: How long to wait at most; `nil` for as long as the call may take that this thread serves, or as long as
    ///     the host's default.
    /// - Returns: What the service answered.
    /// - Throws: ``PluginFailure`` with the code and the reason that the service gave: `unauthorised` names the permission
    ///   that is missing, `busy` comes when 64 requests are under way.
    public func request(
        _ method: String,
        _ input: [UInt8] = [],
        timeout: Duration? = nil
    ) throws(PluginFailure) -> [UInt8] {
        guard context.isUsable else { throw PluginContext.closed }
        let deadline = timeout.map { MonotonicClock.deadline(after: $0) } ?? 0
        let answer = ByteBuffer()
        let complaint = ByteBuffer()
        var method = method
        let status = withExtendedLifetime((answer, complaint)) {
            method.withUTF8 { name in
                unsafe name.withMemoryRebound(to: CChar.self) { name in
                    unsafe input.withUnsafeBufferPointer { input in
                        var answerSink = unsafe ByteBuffer.sink(of: answer)
                        var complaintSink = unsafe ByteBuffer.sink(of: complaint)
                        return unsafe table.pointee.request(
                            table.pointee.context,
                            name.baseAddress,
                            UInt64(name.count),
                            input.baseAddress,
                            UInt64(input.count),
                            deadline,
                            &answerSink,
                            &complaintSink
                        )
                    }
                }
            }
        }
        guard status == PH_OK else {
            let reason = String(decoding: complaint.bytes, as: UTF8.self)
            throw PluginFailure(
                PluginFailure.Code(rawValue: status),
                reason.isEmpty ? "\(self.name): \(method) was refused" : reason
            )
        }
        return answer.bytes
    }
}
