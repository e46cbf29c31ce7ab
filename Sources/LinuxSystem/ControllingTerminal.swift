internal import Glibc

/// The terminal that a process was started from.
package enum ControllingTerminal {
    /// Whether there is one, and it has not been closed.
    package static var isThere: Bool {
        (try? OwnedFileDescriptor.open("/dev/tty", flags: O_RDONLY | O_NOCTTY | O_NONBLOCK)) != nil
    }
}
