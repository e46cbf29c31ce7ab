internal import CLinux

/// Has this process say of the signal that ends it what it was doing, in memory that another process shares.
///
/// The other process learns of it before a backtrace is made, which takes a while. Whatever handler was there before is
/// called afterwards: the runtime's backtracer. A thread that has used up its stack can only report if it was protected.
package enum FaultReports {
    /// Begins to report; called once more, it replaces where reports go.
    ///
    /// - Parameters:
    ///   - record: Zeroed memory of ``FaultRecord/size`` bytes, aligned to 8, that stays for as long as the process lives.
    ///   - word: A number beside it that is raised by one, and on which waiters are woken; it stays too.
    ///   - counter: The number of an event descriptor that is signalled as well.
    /// - Throws: The call that failed; some signals may be reported all the same.
    package static func begin(
        record: UnsafeMutableRawPointer,
        word: UnsafeMutablePointer<UInt32>? = nil,
        counter: CInt = -1
    ) throws(SystemCallError) {
        let record = unsafe record.assumingMemoryBound(to: clinux_fault_record_t.self)
        guard unsafe clinux_report_faults(record, word, counter) == 0 else { throw .last("sigaction") }
    }

    /// Gives this thread a stack on which it can report that it has used up its own; it is given back when it ends.
    ///
    /// Without memory for it the thread goes on as it is: only the report of a used up stack would be missing.
    package static func prepareThread() {
        _ = clinux_protect_thread()
    }
}
