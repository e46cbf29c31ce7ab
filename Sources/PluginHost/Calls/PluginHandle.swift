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
        // As a number, so that little has to be kept for the case that the call does not end well.
        let until = deadline?.nanoseconds ?? 0
        let entry: CallEntry
        if let entered = slot.enterAtOnce() {
            entry = entered
        } else {
            entry = try enterSlowly(until: until, isNested: isNested)
        }
        var answer = CallAnswer()
        // On Linux every text lies in memory as UTF-8.
        let status = unsafe method.utf8.withContiguousStorageIfAvailable { name in
            unsafe input.withUnsafeBufferPointer { input in
                var call = unsafe ph_call_v1_t(
                    struct_size: UInt32(MemoryLayout<ph_call_v1_t>.size),
                    reserved: 0,
                    id: callID,
                    deadline: until,
                    method: UnsafeRawPointer(name.baseAddress)?.assumingMemoryBound(to: CChar.self),
                    method_size: UInt64(name.count),
                    input: input.baseAddress,
                    input_size: UInt64(input.count)
                )
                return unsafe answer.lend { answer, complaint in
                    entry.isTimed || until != 0 || crash_record_is_kept() != 0
                        ? unsafe serveNoted(&call, by: entry, answer, complaint)
                        : unsafe entry.lane.pointee.execute(entry.lane.pointee.context, &call, answer, complaint)
                }
            }
        }
        guard status == PH_OK else {
            guard let failure = settle(status ?? PH_INTERNAL, of: entry, &answer, method) else {
                return try callAgain(method, input, until: until, callID: callID, isNested: isNested)
            }
            throw failure
        }
        slot.leave(entry)
        return answer.bytes()
    }

    /// Calls once more, when a runner has gone before it took the call.
    @inline(never)
    private func callAgain(
        _ method: String,
        _ input: [UInt8],
        until: UInt64,
        callID: UInt64,
        isNested: Bool
    ) throws(PluginError) -> [UInt8] {
        try call(method, input, until: Self.instant(until), callID: callID, isNested: isNested)
    }

    private static func instant(_ nanoseconds: UInt64) -> MonotonicInstant? {
        nanoseconds == 0 ? nil : MonotonicInstant(nanoseconds: nanoseconds)
    }

    /// Waits until the call can be made.
    @inline(never)
    private func enterSlowly(until: UInt64, isNested: Bool) throws(PluginError) -> CallEntry {
        do throws(PluginError) {
            return try slot.enter(until: Self.instant(until), isNested: isNested)
        } catch {
            slot.countTurnedAway()
            throw error
        }
    }

    /// Makes a call that has a deadline, or that somebody takes note of.
    @inline(never)
    private func serveNoted(
        _ call: UnsafePointer<ph_call_v1_t>,
        by entry: CallEntry,
        _ answer: UnsafePointer<ph_sink_v1_t>,
        _ complaint: UnsafePointer<ph_sink_v1_t>
    ) -> ph_status_t {
        let lane = unsafe entry.lane
        let deadline = unsafe call.pointee.deadline
        let began = entry.isTimed ? MonotonicInstant.now.nanoseconds : 0
        // What the plugin asks of the host meanwhile has this much time as well.
        let scope = deadline == 0 ? nil : call_scope_set_deadline(deadline)
        let mark = unsafe crash_record_enter(
            lane.pointee.place,
            lane.pointee.generation,
            CRASH_RECORD_CALL,
            call.pointee.id,
            call.pointee.method,
            call.pointee.method_size
        )
        let status = unsafe lane.pointee.execute(lane.pointee.context, call, answer, complaint)
        unsafe crash_record_leave(mark)
        if let scope { _ = call_scope_replace(scope) }
        if began != 0, status != CallLane.again {
            slot.noteTime(since: began)
            CallLane.wasTimed(entry)
        }
        return status
    }

    /// Counts out a call that did not end well, and says why; `nil` if it was not made and has to be made again.
    @inline(never)
    private func settle(
        _ status: ph_status_t,
        of entry: CallEntry,
        _ answer: inout CallAnswer,
        _ method: String
    ) -> PluginError? {
        // Who asks for that has closed the lane; a plugin that answers with just this number has not.
        if status == CallLane.again, unsafe entry.lane.pointee.isClosed {
            _ = answer.takeComplaint()
            slot.leaveUncounted(entry)
            return nil
        }
        unsafe slot.count(status, in: entry.lane)
        slot.leave(entry)
        return PluginError(status: status, saying: answer.takeComplaint(), by: "\(id): \(method)")
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
