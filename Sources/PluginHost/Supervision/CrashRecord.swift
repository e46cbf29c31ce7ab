internal import CCrashRecord
package import LinuxSystem

/// The memory in which a supervised host writes down where its threads are, and which outlives it.
package final class CrashRecord: Sendable {
    private static let size = crash_record_size()

    /// What the host is lent.
    package let file: SharedDescriptor

    // MARK: Before and after the host

    /// Makes a record for a host that is to be started.
    package init() throws(SystemCallError) {
        file = SharedDescriptor(try FixedFile.make(size: Self.size))
    }

    /// What the host has left; to be read when it has ended.
    package func read() throws(SystemCallError) -> CrashTrace {
        let bytes = try file.withNumber { number throws(SystemCallError) in
            try FixedFile.read(number, size: Self.size)
        }
        return CrashTrace(bytes)
    }

    // MARK: In the host

    /// Begins to write into the record behind a descriptor, once for a process.
    package static func begin(_ file: consuming OwnedFileDescriptor) throws(SystemCallError) {
        let memory = try unsafe FixedFile.mapForEver(file, size: size)
        guard unsafe crash_record_begin(memory) == 0 else { throw .last("sigaction") }
    }

    /// Notes where the host keeps its state.
    package static func note(stateDirectory path: String) {
        unsafe crash_record_note_state_directory(path)
    }

    /// Notes that what ends the process from now on is as it should be.
    package static func setOrderly() {
        crash_record_set_orderly()
    }
}
