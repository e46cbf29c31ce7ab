internal import CLinux
internal import Glibc

/// The signal SIGHUP, which asks a service to read its configuration again.
///
/// For programs only: handlers belong to the whole process.
package enum HangupSignals {
    /// Takes the signal over; each one has the handler called, on a thread of its own, several that come at once together.
    package static func handle(_ handler: @escaping @Sendable () -> Void) throws(SystemCallError) {
        let counter = try EventDescriptor()
        let number = counter.descriptor.number
        guard clinux_forward_hangup(number) == 0 else { throw .last("sigaction") }
        // The handler may run as long as the process does, and so the descriptor must stay.
        counter.leave()
        DetachedThread.start(name: "hangup") {
            var count: UInt64 = 0
            while true {
                var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
                guard unsafe poll(&entry, 1, -1) > 0 else { continue }
                guard unsafe read(number, &count, MemoryLayout<UInt64>.size) > 0 else { continue }
                handler()
            }
        }
    }
}
