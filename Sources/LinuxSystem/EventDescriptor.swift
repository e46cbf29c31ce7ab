internal import CLinux
internal import Glibc

/// A counter in the kernel that wakes the thread which waits for it.
struct EventDescriptor: ~Copyable, Sendable {
    let descriptor: OwnedFileDescriptor

    init() throws(SystemCallError) {
        let number = clinux_eventfd()
        guard number >= 0 else { throw .last("eventfd") }
        descriptor = OwnedFileDescriptor(adopting: number)
    }

    /// Wakes the waiter.
    borrowing func signal() {
        // It can only fail with EAGAIN, when the counter is full: then the waiter has been woken already.
        _ = eventfd_write(descriptor.number)
    }

    /// Leaves the descriptor open for the life of the process.
    consuming func leave() {
        _ = descriptor.release()
    }

    private borrowing func eventfd_write(_ number: CInt) -> Int {
        var one: UInt64 = 1
        while true {
            let written = unsafe Glibc.write(number, &one, MemoryLayout<UInt64>.size)
            if written >= 0 || errno != EINTR { return written }
        }
    }
}
