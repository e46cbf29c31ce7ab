internal import CCrashRecord
internal import Glibc
package import LinuxSystem
internal import Synchronization

/// The memory in which a host writes down where its threads are, and which outlives it.
///
/// A supervisor has it as well; without one, a crash leaves it in a file for the next host (``CrashRecordFile``).
package final class CrashRecord: Sendable {
    private static let mappings = Mutex<[SharedMapping]>([])
    private static let size = crash_record_size()

    /// What the host is lent.
    package let file: SharedFile

    // MARK: Before and after the host

    /// Makes a record for a host that is to be started.
    package init() throws(SystemCallError) {
        file = try SharedFile(name: "crash-record", size: Int64(Self.size))
    }

    /// What the host has left; to be read when it has ended.
    package func read() throws(SystemCallError) -> HostTrace {
        HostTrace(try file.read(at: 0, count: Self.size))
    }

    // MARK: In the host

    /// Begins to write into the record behind a descriptor, once for a process.
    package static func begin(_ file: consuming OwnedFileDescriptor) throws(SystemCallError) {
        try begin(SharedFile(adopting: file))
    }

    /// Begins to write into memory that nobody else has, once for a process.
    package static func begin() throws(SystemCallError) {
        try begin(CrashRecord().file)
    }

    private static func begin(_ file: SharedFile) throws(SystemCallError) {
        guard file.size == Int64(size) else { throw SystemCallError(call: "mmap", code: EINVAL) }
        let mapping = try file.map(count: size, access: .writing)
        guard unsafe crash_record_begin(mapping.start) == 0 else { throw .last("sigaction") }
        // The handlers may run as long as the process does.
        mappings.withLock { $0.append(mapping) }
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
