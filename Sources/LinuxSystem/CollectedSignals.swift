internal import CLinux
internal import Glibc

/// The signals that a supervising process passes on, and the news of its children.
///
/// For programs only: handlers belong to the whole process.
package final class CollectedSignals: Sendable {
    /// A signal that has come.
    package struct Signal: Hashable, Sendable {
        package let number: Int32
        /// Whether a terminal has sent it, to the whole process group.
        package let isOfTerminal: Bool
    }

    /// The handlers may run as long as the process does, and so both ends of their pipe stay open.
    private let reading: CInt

    /// Takes SIGHUP, SIGINT, SIGTERM and SIGCHLD over.
    package init() throws(SystemCallError) {
        let pipe = try Pipe()
        for end in [pipe.reading.number, pipe.writing.number] {
            guard fcntl(end, F_SETFL, O_NONBLOCK) == 0 else { throw .last("fcntl") }
        }
        guard clinux_collect_signals(pipe.writing.number) == 0 else { throw .last("sigaction") }
        reading = pipe.reading.release()
        _ = pipe.writing.release()
    }

    /// Waits until there are signals, the child has ended, or the moment has come; nothing is taken.
    package func wait(orEndOf child: ChildProcess?, until deadline: MonotonicInstant?) {
        let exit = child?.exit?.withNumber { $0 } ?? -1
        var entries = [
            pollfd(fd: reading, events: Int16(POLLIN), revents: 0),
            pollfd(fd: exit, events: Int16(POLLIN), revents: 0),
        ]
        let left = deadline.map { max(MonotonicInstant.now.duration(to: $0), .zero) }
        // Rounded up, or the last millisecond would be waited for in a loop.
        let milliseconds = left.map { CInt(clamping: $0.wholeNanoseconds / 1_000_000 + 1) } ?? -1
        _ = unsafe poll(&entries, 2, milliseconds)
    }

    /// The signals that have come, in their order.
    package func take() -> [Signal] {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe read(reading, &bytes, bytes.count)
        guard count > 0 else { return [] }
        return bytes.prefix(count).map { byte in
            let mark = Int32(CLINUX_SIGNAL_OF_TERMINAL)
            return Signal(number: Int32(byte) & ~mark, isOfTerminal: Int32(byte) & mark != 0)
        }
    }
}
