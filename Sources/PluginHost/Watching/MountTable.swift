internal import Glibc
import LinuxSystem

/// The table of what is mounted, which can be waited for: no event of a directory tells that another one covers it.
final class MountTable {
    private let descriptor: OwnedFileDescriptor
    private let loop: EventLoop
    private let registration: EventLoop.Registration

    /// Calls the handler after each change of what the process sees mounted, until cancelled.
    init(on loop: EventLoop, handler: @escaping @Sendable () -> Void) throws(SystemCallError) {
        let table = try OwnedFileDescriptor.open("/proc/self/mountinfo", flags: O_RDONLY)
        // A change is reported as an error, which needs not be asked for; that it can be read is always so.
        registration = try table.withNumber { number throws(SystemCallError) in
            try loop.watch(number, for: []) { _ in handler() }
        }
        descriptor = table
        self.loop = loop
    }

    /// Stops waiting; on the loop's thread.
    func cancel() {
        loop.cancel(registration)
    }
}
