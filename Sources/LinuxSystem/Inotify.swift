internal import Glibc

/// A queue of the kernel with what happens in the directories that are watched.
package final class Inotify {
    private let descriptor: OwnedFileDescriptor
    private var buffer = [UInt8](repeating: 0, count: 32768)
    /// No event is larger: 16 bytes, and a name with its zero.
    private static let largestEvent = 16 + 256

    package init() throws(SystemCallError) {
        let number = inotify_init1(CInt(IN_CLOEXEC | IN_NONBLOCK))
        guard number >= 0 else { throw .last("inotify_init1") }
        descriptor = OwnedFileDescriptor(adopting: number)
    }

    /// The descriptor, to wait for; it stays this queue's.
    package var number: CInt { descriptor.number }

    /// Watches a directory; one that is watched already keeps its number and gets the new mask.
    package func add(_ directory: String, for mask: InotifyEvent.Mask) throws(SystemCallError) -> CInt {
        let watch = unsafe inotify_add_watch(descriptor.number, directory, mask.rawValue)
        guard watch >= 0 else { throw .last("inotify_add_watch") }
        return watch
    }

    /// Ends a watch; nothing happens if the kernel has ended it already.
    package func remove(_ watch: CInt) {
        _ = inotify_rm_watch(descriptor.number, watch)
    }

    /// Reads the events that are there, without waiting.
    package func read(_ body: (InotifyEvent) -> Void) throws(SystemCallError) {
        while true {
            let number = descriptor.number
            let count: Int
            do throws(SystemCallError) {
                count = try retryingOnInterrupt("read") {
                    unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(number, $0.baseAddress, $0.count) }
                }
            } catch {
                guard error.code == EAGAIN else { throw error }
                return
            }
            guard count > 0 else { return }
            InotifyEvent.parse(buffer[..<count], body)
            // There was room for another one.
            if count <= buffer.count - Self.largestEvent { return }
        }
    }
}
