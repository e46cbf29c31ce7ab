internal import CLinux
internal import Glibc

/// What a thread wrote of the signal that ended its process.
///
/// It lies in memory that the process shared, so everything in it may be wrong; nothing of it is believed beyond being a
/// number or a text.
package struct FaultRecord: Hashable, Sendable {
    /// How many bytes of shared memory a record takes, aligned to 8.
    package static var size: Int { MemoryLayout<clinux_fault_record_t>.size }

    package var signal: Int32
    /// What kind of the signal, `si_code`.
    package var code: Int32
    package var process: Int32
    package var thread: Int32
    /// The number of the step that the thread was in.
    package var step: UInt32
    /// The address that could not be used.
    package var address: UInt64
    package var programCounter: UInt64
    package var stackPointer: UInt64
    /// In nanoseconds of the monotonic clock.
    package var time: UInt64
    package var lane: UInt64
    package var call: UInt64
    /// The method, cut at the length that a record holds.
    package var method: String

    /// Reads the record; the result is `nil` as long as nothing has happened.
    ///
    /// One that the process did not live to complete is given as far as it goes, if the process has ended.
    package init?(at memory: UnsafeRawPointer, hasEnded: Bool = false) {
        var raw = clinux_fault_record_t()
        let state = unsafe clinux_read_fault(memory.assumingMemoryBound(to: clinux_fault_record_t.self), &raw)
        guard state == CLINUX_FAULT_COMPLETE || hasEnded && state == CLINUX_FAULT_BEGUN else { return nil }
        signal = raw.signal
        code = raw.code
        process = raw.process
        thread = raw.thread
        step = raw.step
        address = raw.address
        programCounter = raw.program_counter
        stackPointer = raw.stack_pointer
        time = raw.time
        lane = raw.lane
        call = raw.call
        let held = min(Int(raw.method_held), Int(CLINUX_FAULT_METHOD_SIZE))
        method = unsafe withUnsafeBytes(of: &raw.method) { unsafe String(decoding: $0.prefix(held), as: UTF8.self) }
    }

    /// Whether the signal is one of those that are reported; what was written over the record may name any.
    package var isKnown: Bool { [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS].contains(signal) }

    /// Whether the thread seems to have used up its stack: it failed at an address near the end of it.
    package var isStackOverflow: Bool {
        let distance = address > stackPointer ? address - stackPointer : stackPointer - address
        return signal == SIGSEGV && code > 0 && stackPointer != 0 && distance < 65_536
    }
}
