internal import CLinux
internal import Glibc

/// The wish of a user or of a service manager that this program ends: SIGINT and SIGTERM.
///
/// For programs only: handlers belong to the whole process. They are handlers and not blocked signals, because a mask is
/// inherited by whatever the plugins start, and a program that can't be terminated is nobody's wish.
package final class TerminationSignals: Sendable {
    private let counter: EventDescriptor

    /// Takes the two signals over; from the second one on, they end the process at once.
    ///
    /// A supervisor passes on what it is told, and whoever tells a whole process group has told this process as well: what comes
    /// by both ways once is one wish.
    package init(supervisor: Int32?) throws(SystemCallError) {
        counter = try EventDescriptor()
        guard clinux_forward_termination(counter.descriptor.number, supervisor ?? -1) == 0 else {
            throw .last("sigaction")
        }
        // The handler may run as long as the process does, and so its descriptor must stay.
        unsafe _ = Unmanaged.passRetained(self)
    }

    /// Waits for the first signal.
    ///
    /// The wait takes a thread of its own, never one that tasks run on.
    package func first() async {
        await withCheckedContinuation { continuation in
            DetachedThread.start(name: "signals") { [self] in
                var entry = pollfd(fd: counter.descriptor.number, events: Int16(POLLIN), revents: 0)
                while unsafe poll(&entry, 1, -1) <= 0 {}
                continuation.resume()
            }
        }
    }

    /// Lets writing into a closed pipe fail with EPIPE, where it would have ended the process.
    package static func ignoreBrokenPipes() {
        _ = signal(SIGPIPE, SIG_IGN)
    }
}
