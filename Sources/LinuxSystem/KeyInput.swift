internal import CLinux
internal import Glibc
internal import Synchronization

/// Keys from standard input, one by one: of a terminal, which does not wait for the end of a line meanwhile, or of a pipe.
///
/// For programs only. The terminal is put back by ``close()``, and by a handler if the process crashes.
package final class KeyInput: Sendable {
    private let isTerminal: Bool
    /// Whether it is closed; held while the terminal is taken or put back, or one thread would undo what the other has done.
    private let isClosed = Mutex(false)

    /// Takes standard input over; `nil` if it is nothing that somebody could press keys on, or another program has it.
    package init?() {
        isTerminal = isatty(0) == 1
        guard isTerminal else {
            guard Self.kind() == S_IFIFO else { return nil }
            return
        }
        guard tcgetpgrp(0) == getpgrp(), take(keepsMode: true) else { return nil }
    }

    deinit { close() }

    /// Waits for a key; `nil` when there will be no more.
    package func next() -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = unsafe read(0, &byte, 1)
            if count == 1 {
                // A shell that had the terminal meanwhile has it wait for lines again.
                if isTerminal { isClosed.withLock { if !$0 { _ = take(keepsMode: false) } } }
                return byte
            }
            guard count < 0, errno == EINTR else { return nil }
        }
    }

    /// Puts the terminal back as it was.
    package func close() {
        isClosed.withLock { isClosed in
            isClosed = true
            if isTerminal { clinux_terminal_leave() }
        }
    }

    private func take(keepsMode: Bool) -> Bool {
        unsafe clinux_terminal_enter(0, 1, "", keepsMode ? 1 : 0) == 0
    }

    private static func kind() -> mode_t? {
        var status = stat()
        return unsafe fstat(0, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
