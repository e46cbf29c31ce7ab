internal import CLinux
internal import Glibc

/// Tells when the clock on the wall was set, or has gone on after the machine slept: its descriptor is readable then.
package final class ClockChanges: Sendable {
    private let descriptor: OwnedFileDescriptor

    package init() throws(SystemCallError) {
        let number = clinux_clock_changes()
        guard number >= 0 else { throw .last("timerfd_create") }
        descriptor = OwnedFileDescriptor(adopting: number)
    }

    /// The descriptor to wait for; it is this object's.
    package var number: CInt { descriptor.number }

    /// Makes the descriptor wait for the next change.
    package func takeNote() {
        var count: UInt64 = 0
        // It says ECANCELED, which is the news itself.
        _ = unsafe read(descriptor.number, &count, 8)
    }
}
