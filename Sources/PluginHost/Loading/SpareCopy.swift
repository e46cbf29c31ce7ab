internal import Glibc
internal import LinuxSystem
internal import Synchronization

/// A file that is ready to become the next private copy: to find room for one takes longer than to fill it.
///
/// It is as large as the last copy was, and made when nobody waits for it. Where there is none, a copy makes its own file.
final class SpareCopy: Sendable {
    private struct File: ~Copyable {
        let path: String
        let descriptor: OwnedFileDescriptor
        let size: Int
    }

    private struct State: ~Copyable {
        var file: File?
        /// How large the last copy was; nothing before there was one.
        var size = 0
    }

    private let state = Mutex(State())

    /// Makes the file, at a path that nothing has, unless there is one or there is no room.
    func make(at path: String, open: () throws(SystemCallError) -> OwnedFileDescriptor) {
        state.withLock { state in
            guard state.file == nil, state.size > 0, let descriptor = try? open() else { return }
            guard (try? descriptor.reserve(state.size)) != nil else {
                unsafe unlink(path)
                return
            }
            state.file = File(path: path, descriptor: descriptor, size: state.size)
        }
    }

    /// Lets go of the file, whose name is gone.
    func drop() {
        state.withLock { $0.file = nil }
    }

    /// Gives the file the path of a copy of that size; `nil` if there is none.
    func take(as path: String, for size: Int) -> OwnedFileDescriptor? {
        let file = state.withLock { state in
            state.size = size
            return state.file.take()
        }
        guard let file else { return nil }
        do throws(SystemCallError) {
            guard unsafe rename(file.path, path) == 0 else { throw .last("rename") }
            if file.size > size { try file.descriptor.truncate(to: size) }
            return file.descriptor
        } catch {
            for path in [file.path, path] { unsafe unlink(path) }
            return nil
        }
    }
}
