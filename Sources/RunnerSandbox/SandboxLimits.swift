/// How much of the machine a process may use; `nil` leaves a limit as it is.
///
/// Limits are only ever lowered. Each holds for every process on its own, also for those that the process starts.
package struct SandboxLimits: Hashable, Sendable {
    /// Bytes of private writable memory: heap, stacks of threads, data of images.
    ///
    /// An allocation beyond them fails.
    package var memory: UInt64?
    /// Bytes of address space: everything that is mapped, shared memory and code included.
    ///
    /// Runtimes that reserve much and use little, such as the address sanitizer's, don't get along with a small one.
    package var addressSpace: UInt64?
    /// Seconds of processor time over the whole life of the process; then SIGXCPU ends it.
    package var processorSeconds: UInt64?
    /// The highest number of a descriptor, plus one.
    package var openFiles: UInt64?
    /// Processes and threads.
    ///
    /// The kernel counts those of the user, not of this process: a host and all its runners share the count, and the
    /// administrator is not limited at all. A ``ControlGroup`` counts properly.
    package var processes: UInt64?
    /// Bytes of a core dump; 0 for none.
    package var coreSize: UInt64?
    /// Bytes of a file; writing beyond them sends SIGXFSZ.
    package var fileSize: UInt64?

    package init(
        memory: UInt64? = nil,
        addressSpace: UInt64? = nil,
        processorSeconds: UInt64? = nil,
        openFiles: UInt64? = nil,
        processes: UInt64? = nil,
        coreSize: UInt64? = 0,
        fileSize: UInt64? = nil
    ) {
        self.memory = memory
        self.addressSpace = addressSpace
        self.processorSeconds = processorSeconds
        self.openFiles = openFiles
        self.processes = processes
        self.coreSize = coreSize
        self.fileSize = fileSize
    }
}
