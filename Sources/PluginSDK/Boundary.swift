internal import CPluginABI

/// Where the host's calls arrive: pointers become values, and errors become statuses.
///
/// Nothing is thrown across and nothing that the host passes is trusted to be there.
enum Boundary {
    /// Lends the instance behind a context; the failure of `body` becomes a status and a message.
    static func withInstance(
        _ context: UnsafeMutableRawPointer?,
        reportingTo error: UnsafePointer<ph_sink_v1_t>,
        _ body: (any InstanceOperations) throws -> Void
    ) -> ph_status_t {
        unsafe withBox(context, reportingTo: error) { try body($0.operations) }
    }

    /// Lends the box behind a context.
    @inline(__always)
    static func withBox(
        _ context: UnsafeMutableRawPointer?,
        reportingTo error: UnsafePointer<ph_sink_v1_t>,
        _ body: (InstanceBox) throws -> Void
    ) -> ph_status_t {
        guard let context = unsafe context else { return PH_INTERNAL }
        do {
            // The host keeps the instance until the call ends.
            try unsafe Unmanaged<InstanceBox>.fromOpaque(context)._withUnsafeGuaranteedRef { try body($0) }
            return PH_OK
        } catch let failure {
            return unsafe report(failure, to: error)
        }
    }

    /// Writes what happened to the host's sink.
    static func report(_ failure: any Error, to sink: UnsafePointer<ph_sink_v1_t>) -> ph_status_t {
        guard let failure = failure as? PluginFailure else {
            try? unsafe Sink(sink).write("\(failure)")
            return PH_FAILED
        }
        try? unsafe Sink(sink).write(failure.message)
        // An author's failure must never count as success.
        return failure.code.rawValue == PH_OK ? PH_FAILED : failure.code.rawValue
    }

    /// Serves one call.
    static func execute(
        _ box: InstanceBox,
        _ call: UnsafePointer<ph_call_v1_t>,
        _ answer: UnsafePointer<ph_sink_v1_t>
    ) throws {
        let call = unsafe call.pointee
        guard unsafe call.struct_size == UInt32(MemoryLayout<ph_call_v1_t>.size) else {
            throw PluginFailure(.internalError, "the host's call has the wrong size")
        }
        // A name is text and not bytes only in C.
        let name = unsafe UnsafeRawPointer(call.method)?.assumingMemoryBound(to: UInt8.self)
        guard let method = unsafe buffer(name, call.method_size), let input = unsafe buffer(call.input, call.input_size)
        else {
            throw PluginFailure(.internalError, "the host's call has a size without bytes")
        }
        try unsafe box.execute(
            method.span,
            input.span,
            PluginCall(id: call.id, deadlineInNanoseconds: call.deadline),
            Sink(answer)
        )
    }

    /// Makes a buffer of a pointer and a size, or nil if they contradict each other.
    static func buffer(_ start: UnsafePointer<UInt8>?, _ size: UInt64) -> UnsafeBufferPointer<UInt8>? {
        guard let count = Int(exactly: size), unsafe start != nil || count == 0 else { return nil }
        return unsafe UnsafeBufferPointer(start: start, count: count)
    }

    /// Makes an array of a pointer and a size.
    static func bytes(_ start: UnsafePointer<UInt8>?, _ size: UInt64) throws(PluginFailure) -> [UInt8] {
        guard let buffer = unsafe buffer(start, size) else {
            throw PluginFailure(.internalError, "the host gave a size without bytes")
        }
        return unsafe [UInt8](buffer)
    }
}
