internal import Glibc
internal import Synchronization

/// Tells that something in some directories may have changed; what has, only a look at them says.
package final class TreeChanges: Sendable {
    /// Why a wait has ended.
    package enum Outcome: Hashable, Sendable {
        case changed
        case timedOut
        case stopped
    }

    private let inotify: OwnedFileDescriptor
    private let wakeup: EventDescriptor
    /// Whether the kernel has refused a watch: then changes there are only found by looking from time to time.
    private let isIncomplete = Atomic(false)

    package init() throws(SystemCallError) {
        wakeup = try EventDescriptor()
        let number = inotify_init1(CInt(IN_CLOEXEC) | CInt(IN_NONBLOCK))
        guard number >= 0 else { throw .last("inotify_init1") }
        inotify = OwnedFileDescriptor(adopting: number)
    }

    /// Watches a directory, without those in it; doing so again changes nothing.
    package func watch(_ directory: String) {
        let mask = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF
        let result = unsafe inotify_add_watch(inotify.number, directory, UInt32(mask))
        // A directory that is gone is told by the one above it.
        if result < 0, errno != ENOENT, errno != ENOTDIR { isIncomplete.store(true, ordering: .relaxed) }
    }

    /// Ends the wait, and every later one.
    package func stop() {
        wakeup.signal()
    }

    /// Waits for a change.
    ///
    /// Blocks the thread. Where the kernel can't watch everything, a change is reported every second, to be safe.
    package func wait(timeout: Duration? = nil) -> Outcome {
        var entries = [
            pollfd(fd: inotify.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeup.descriptor.number, events: Int16(POLLIN), revents: 0),
        ]
        let isPolling = timeout == nil && isIncomplete.load(ordering: .relaxed)
        let milliseconds = timeout.map { CInt(clamping: $0.wholeNanoseconds / 1_000_000) } ?? (isPolling ? 1000 : -1)
        let count = unsafe poll(&entries, 2, milliseconds)
        if entries[1].revents != 0 { return .stopped }
        guard count > 0 else { return count < 0 || isPolling ? .changed : .timedOut }
        // Which file it was doesn't matter: an overflow of the queue tells as much as any other event.
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while unsafe read(inotify.number, &buffer, buffer.count) > 0 {}
        return .changed
    }
}
