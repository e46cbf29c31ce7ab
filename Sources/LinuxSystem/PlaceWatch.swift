internal import Glibc
internal import Synchronization

/// Says whether anything may have happened to directories that decides who may change what lies below them: their rights,
/// their names, and what is mounted on them.
///
/// The kernel notes an event before the call that causes it returns. So while none waits to be read, all is as it was.
/// What other machines change on a file system goes unnoticed, and so does a change of what the directories hold.
package final class PlaceWatch: Sendable {
    /// One for all of a process, since a user may have few queues of events.
    package static let shared = PlaceWatch()

    private struct Sources: ~Copyable {
        let inotify: Inotify
        let mounts: OwnedFileDescriptor

        /// Whether there was an event, which is taken.
        func takeEvents() -> Bool {
            // That another table of mounts can be read is always so; that it is another one is an error.
            var entries = [
                pollfd(fd: inotify.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: mounts.number, events: Int16(POLLPRI), revents: 0),
            ]
            guard unsafe poll(&entries, 2, 0) != 0 else { return false }
            try? inotify.read { _ in }
            return true
        }
    }

    private struct State: ~Copyable {
        var sources: Sources?
        var moment: UInt64 = 1

        mutating func present() -> UInt64 {
            if sources?.takeEvents() == true { moment += 1 }
            return moment
        }
    }

    /// A name that comes or goes is of no interest; each watch ends with its first event, so that none heap up.
    private static let mask: InotifyEvent.Mask = [.attributes, .selfMoved, .selfDeleted, .onlyDirectory, .once]

    private let state = Mutex(State())

    package init() {}

    /// A number that is another one after each event; to be asked before one looks at a place oneself.
    package var moment: UInt64 {
        state.withLock { $0.present() }
    }

    /// Watches directories until the next event, and says from which moment on; `nil` if that can't be done.
    package func add(_ directories: [String]) -> UInt64? {
        state.withLock { state in
            do throws(SystemCallError) {
                if state.sources == nil {
                    state.sources = Sources(
                        inotify: try Inotify(),
                        mounts: try .open("/proc/self/mountinfo", flags: O_RDONLY)
                    )
                }
                // An event that comes while they are added is one after this moment, whose watch may have ended with it.
                let moment = state.present()
                for directory in directories { _ = try state.sources?.inotify.add(directory, for: Self.mask) }
                return moment
            } catch {
                return nil
            }
        }
    }
}
