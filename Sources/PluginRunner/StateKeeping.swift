internal import CPluginABI
internal import LinuxSystem
internal import PluginLoading
internal import RunnerProtocol
internal import Synchronization

/// Serves calls, and after each of a plugin that must not lose any state, sends the state along with the answer.
final class StateKeeping: Sendable {
    private let flags = Atomic<UInt32>(0)
    /// Counts the states that were saved, so that the host knows the latest of those that cross.
    private let saved = Mutex<UInt64>(0)

    func setFlags(_ flags: UInt32) {
        self.flags.store(flags, ordering: .releasing)
    }

    /// Serves one call; what the plugin complains of on the way is in its buffer for no longer than that.
    @inline(__always)
    func executes(
        _ call: ServedCall,
        on instance: ImageInstance,
        _ writer: inout AnswerWriter,
        _ complaint: inout [UInt8]?
    ) -> ph_status_t {
        let status = execute(call, on: instance, &writer, &complaint)
        if status == PH_OK, flags.load(ordering: .relaxed) & PH_FLAG_SAVES_EACH_CALL != 0 { attach(instance, &writer) }
        return status
    }

    // All in one function, sinks included: each further page of code is a part of a microsecond in the first call after a rest.
    @inline(__always)
    private func execute(
        _ call: ServedCall,
        on instance: ImageInstance,
        _ writer: inout AnswerWriter,
        _ complaint: inout [UInt8]?
    ) -> ph_status_t {
        var raw = unsafe ph_call_v1_t(
            struct_size: UInt32(MemoryLayout<ph_call_v1_t>.size),
            reserved: 0,
            id: call.id,
            deadline: call.deadline,
            method: call.method.baseAddress?.assumingMemoryBound(to: CChar.self),
            method_size: UInt64(call.method.count),
            input: call.input.baseAddress?.assumingMemoryBound(to: UInt8.self),
            input_size: UInt64(call.input.count)
        )
        let status = unsafe Self.lend(&writer, &complaint) { answer, error in
            unsafe instance.execute(instance.context, &raw, answer, error)
        }
        if status != PH_OK {
            writer.discard()
            writer.append(complaint ?? [])
        }
        if complaint != nil { complaint = nil }
        return status
    }

    /// Lends where the answer is written, and where why there is none, as sinks.
    @unsafe
    @inline(__always)
    private static func lend(
        _ writer: UnsafeMutablePointer<AnswerWriter>,
        _ complaint: UnsafeMutablePointer<[UInt8]?>,
        _ body: (UnsafePointer<ph_sink_v1_t>, UnsafePointer<ph_sink_v1_t>) -> ph_status_t
    ) -> ph_status_t {
        var answer = unsafe ph_sink_v1_t(context: writer) { context, bytes, size in
            guard let writer = unsafe context?.assumingMemoryBound(to: AnswerWriter.self),
                size <= UInt64(AnswerBuffer.limit)
            else { return PH_BUSY }
            guard size > 0 else { return PH_OK }
            guard let bytes = unsafe bytes else { return PH_BAD_PAYLOAD }
            let isTaken = unsafe writer.pointee.append(UnsafeRawBufferPointer(start: bytes, count: Int(size)))
            return isTaken ? PH_OK : PH_BUSY
        }
        var error = unsafe ph_sink_v1_t(context: complaint) { context, bytes, size in
            guard let written = unsafe context?.assumingMemoryBound(to: [UInt8]?.self) else { return PH_BUSY }
            return unsafe AnswerBuffer.append(bytes, size, to: &written.pointee)
        }
        return unsafe body(&answer, &error)
    }

    /// Attaches the state; a plugin that can't save it has answered all the same.
    @inline(never)
    private func attach(_ instance: ImageInstance, _ writer: inout AnswerWriter) {
        saved.withLock { saved in
            guard let state = try? instance.saveState() else { return }
            saved += 1
            var frame = FrameWriter()
            frame.append(saved)
            writer.beginSecondPart(auxiliary: state.schema)
            writer.append(frame.bytes)
            writer.append(state.bytes)
        }
    }
}
