internal import CCrashRecord
internal import Glibc
internal import LinuxSystem

/// Where a host without a supervisor leaves its record when it crashes: `crash-record` in the state directory.
///
/// The handler of the signal writes it, so that no plugin's call ever waits for a disk. What ends without a handler, as by
/// SIGKILL, leaves nothing.
package struct CrashRecordFile: Sendable {
    private let stateDirectory: String
    private var path: String { "\(stateDirectory)/crash-record" }

    /// Names the file of a state directory.
    package init(stateDirectory: String) {
        self.stateDirectory = stateDirectory
    }

    /// How the host before this one has crashed, if it has left that.
    package func read() -> HostCrash? {
        let (size, rest) = (crash_record_size(), MemoryLayout<crash_record_epilogue_t>.size)
        guard let bytes = try? FileCalls.live.read(path, limit: size + rest), bytes.count == size + rest else {
            return nil
        }
        let epilogue = unsafe bytes.withUnsafeBytes {
            unsafe $0.loadUnaligned(fromByteOffset: size, as: crash_record_epilogue_t.self)
        }
        let trace = HostTrace(Array(bytes.prefix(size)))
        guard let cause = trace.cause else { return nil }
        return HostCrash(
            trace,
            process: epilogue.process,
            end: cause.signal == 0 ? .exited(epilogue.exit_status) : .signalled(cause.signal),
            uptime: .nanoseconds(Int64(clamping: epilogue.uptime_nanoseconds))
        )
    }

    /// Removes the file, so that nobody is blamed twice for one crash.
    package func remove() throws(PluginError) {
        do throws(SystemCallError) {
            try FileCalls.live.remove(path)
        } catch {
            throw .storage("remove the record of a crash", path, error)
        }
    }

    /// Has a crash of this process leave its record here.
    package func use() -> Bool {
        unsafe crash_record_leave_in(path) == 0
    }
}
