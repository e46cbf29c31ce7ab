internal import CLinux
internal import Glibc

/// The terminal of this process, taken over by a program that draws on all of it.
///
/// For programs only: there is one terminal, and handlers of signals belong to the whole process. What is taken over is put back
/// by ``leave()``, and by a handler if the process crashes.
package final class RawTerminal: Sendable {
    /// The other screen, without a cursor and without moving on at the end of a line.
    private static let begin = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l\u{1b}[0m\u{1b}[2J"
    /// All of that taken back, in the middle of a frame too.
    private static let end = "\u{1b}[?2026l\u{1b}[0m\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l"

    private let signals: CInt

    /// Whether standard input and standard output are a terminal.
    package static var isThere: Bool { isatty(0) == 1 && isatty(1) == 1 }

    /// Takes the terminal over.
    package init() throws(SystemCallError) {
        let pipe = try Pipe()
        for end in [pipe.reading.number, pipe.writing.number] {
            guard fcntl(end, F_SETFL, O_NONBLOCK) == 0 else { throw .last("fcntl") }
        }
        guard clinux_collect_terminal_signals(pipe.writing.number) == 0 else { throw .last("sigaction") }
        // The handlers may run as long as the process does, and so both ends stay open.
        signals = pipe.reading.release()
        _ = pipe.writing.release()
        try enter(keepsMode: true)
    }

    /// Takes the terminal over again, after ``leave()`` or after a shell had it meanwhile.
    package func enter(keepsMode: Bool) throws(SystemCallError) {
        guard unsafe clinux_terminal_enter(0, 1, Self.end, keepsMode ? 1 : 0) == 0 else { throw .last("tcsetattr") }
        try write(Array(Self.begin.utf8))
    }

    /// Puts the terminal back as it was.
    package func leave() {
        clinux_terminal_leave()
    }

    /// Stops this process, until a shell lets it go on.
    package func suspend() throws(SystemCallError) {
        leave()
        _ = raise(SIGSTOP)
        try enter(keepsMode: true)
    }

    /// Puts the terminal back and ends this process by a signal, so that whoever waits for it sees that.
    package func end(by signal: CInt) {
        leave()
        clinux_end_by_signal(signal)
    }

    /// How many columns and rows there are; `nil` if nobody can tell.
    package static func size() -> (columns: Int, rows: Int)? {
        var columns: CInt = 0
        var rows: CInt = 0
        guard unsafe clinux_window_size(1, &columns, &rows) == 0, columns > 0, rows > 0 else { return nil }
        return (Int(columns), Int(rows))
    }

    /// Draws.
    package func write(_ bytes: [UInt8]) throws(SystemCallError) {
        try StandardDescriptor.write(bytes, to: 1)
    }

    /// Waits for a key, a signal or a message; says whether there are keys.
    package func wait(orFor inbox: Inbox<some Sendable>, timeout: Duration?) -> Bool {
        inbox.withNumber { number in
            var entries = [0, signals, number].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            let milliseconds = timeout.map { CInt(clamping: $0.wholeNanoseconds / 1_000_000) } ?? -1
            guard unsafe poll(&entries, 3, milliseconds) > 0 else { return false }
            return entries[0].revents != 0
        }
    }

    /// The keys that have been pressed, as bytes; `nil` if the terminal is gone.
    package func readKeys() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(0, &bytes, bytes.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return [] }
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    /// The signals that have come, in their order.
    package func takeSignals() -> [CInt] {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe read(signals, &bytes, bytes.count)
        return count > 0 ? bytes.prefix(count).map(CInt.init) : []
    }
}
