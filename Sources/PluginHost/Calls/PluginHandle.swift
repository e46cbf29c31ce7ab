internal import CCallScope
internal import CCrashRecord
internal import CPluginABI
internal import LinuxSystem
internal import PluginLoading

/// A plugin that the host has loaded and may replace while callers use it.
///
/// A handle outlives the code behind it. Calls made after a reload reach the newest generation; calls in flight finish on
/// the generation that accepted them (HR-4). It can be used from any thread.
public struct PluginHandle: Sendable {
    private let slot: PluginSlot

    init(slot: PluginSlot) {
        self.slot = slot
    }

    /// The plugin's id.
    public var id: String { slot.id }

    /// Calls the plugin and waits for its answer (PL-8).
    ///
    /// The call runs on the calling thread. While a reload moves the plugin's state, and while a plugin that takes one call
    /// at a time is busy, the thread waits, until the timeout at the latest. Code that is already running in the plugin
    /// can't be interrupted in-process: it is given the deadline and keeps to it or not.
    ///
    /// - Parameters:
    ///   - method: The name of the method.
    ///   - input: Bytes that the plugin reads but never keeps.
    ///   - timeout: How long the caller waits; `nil` for as long as it takes.
    ///   - callID: A number of the caller's that names the call in logs and reports.
    /// - Returns: The bytes that the plugin answered.
    /// - Throws: ``PluginError`` with `method-not-found`, `bad-payload`, `failed` and so on if the plugin refused,
    ///   `timed-out` or `busy` if the call never reached it, or the reason why no generation serves.
    public func call(
        _ method: String,
        _ input: [UInt8] = [],
        timeout: Duration? = nil,
        callID: UInt64 = 0
    ) throws(PluginError) -> [UInt8] {
        try call(method, input, until: timeout.map { MonotonicInstant.now.advanced(by: $0) }, callID: callID)
    }

    /// Calls the plugin and waits until a moment; a nested call is one of another plugin's that waits for it.
    @inline(__always)
    func call(
        _ method: String,
        _ input: [UInt8],
        until deadline: MonotonicInstant?,
        callID: UInt64 = 0,
        isNested: Bool = false
    ) throws(PluginError) -> [UInt8] {
        while true {
            var isTimed = false
            let lane: UnsafePointer<CallLane>
            do throws(PluginError) {
                unsafe lane = try unsafe slot.enter(until: deadline, isNested: isNested, isTimed: &isTimed)
            } catch {
                slot.countTurnedAway()
                throw error
            }
            let began = isTimed ? MonotonicInstant.now.nanoseconds : 0
            var answer = AnswerBuffer()
            var complaint = AnswerBuffer()
            let methodBytes = method.utf8.span
            let inputBytes = input.span
            let status = unsafe methodBytes.withUnsafeBufferPointer { name in
                unsafe inputBytes.withUnsafeBufferPointer { input in
                    var call = unsafe ph_call_v1_t(
                        struct_size: UInt32(MemoryLayout<ph_call_v1_t>.size),
                        reserved: 0,
                        id: callID,
                        deadline: deadline?.nanoseconds ?? 0,
                        method: UnsafeRawPointer(name.baseAddress)?.assumingMemoryBound(to: CChar.self),
                        method_size: UInt64(name.count),
                        input: input.baseAddress,
                        input_size: UInt64(input.count)
                    )
                    // What the plugin asks of the host meanwhile has this much time as well.
                    let scope = deadline.map { call_scope_set_deadline($0.nanoseconds) }
                    let mark = unsafe crash_record_enter(
                        lane.pointee.place,
                        lane.pointee.generation,
                        CRASH_RECORD_CALL,
                        callID,
                        call.method,
                        call.method_size
                    )
                    let status = unsafe answer.lend { answer in
                        unsafe complaint.lend { complaint in
                            unsafe lane.pointee.execute(lane.pointee.context, &call, answer, complaint)
                        }
                    }
                    unsafe crash_record_leave(mark)
                    if let scope { _ = call_scope_replace(scope) }
                    return status
                }
            }
            if status == CallLane.again {
                unsafe slot.leaveUncounted(lane)
                continue
            }
            if began != 0 { slot.noteTime(since: began) }
            if status != PH_OK { unsafe slot.count(status, in: lane) }
            unsafe slot.leave(lane)
            if status == PH_OK { return answer.bytes }
            throw PluginError(status: status, saying: complaint.text, by: "\(id): \(method)")
        }
    }

    /// Calls the plugin with a text and takes its answer as a text.
    ///
    /// - Parameters:
    ///   - method: The name of the method.
    ///   - text: The input.
    ///   - timeout: How long the caller waits; `nil` for as long as it takes.
    /// - Returns: The answer; what is no UTF-8 in it is replaced.
    /// - Throws: As the call with bytes does.
    public func call(_ method: String, text: String, timeout: Duration? = nil) throws(PluginError) -> String {
        String(decoding: try call(method, Array(text.utf8), timeout: timeout), as: UTF8.self)
    }
}
