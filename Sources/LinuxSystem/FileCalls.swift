internal import CLinux
internal import Glibc

/// The system calls that replace a file; a test puts a failing one in the place of any of them.
///
/// Each closure is one call: restarting after a signal and going on after a short write are the caller's.
package struct FileCalls: Sendable {
    /// Opens a path with flags and mode.
    package var open: @Sendable (String, CInt, UInt32) throws(SystemCallError) -> OwnedFileDescriptor
    /// Writes from an offset of the bytes on, and says how many were taken.
    package var write: @Sendable (borrowing OwnedFileDescriptor, [UInt8], Int) throws(SystemCallError) -> Int
    /// Waits until a file or a directory is on the disk.
    package var synchronise: @Sendable (borrowing OwnedFileDescriptor) throws(SystemCallError) -> Void
    /// Has the contents of a file on their way to the disk, without a promise: whoever needs one synchronises.
    package var beginWriteBack: @Sendable (borrowing OwnedFileDescriptor) -> Void
    /// Closes a descriptor and reports a failed write-back.
    package var close: @Sendable (consuming OwnedFileDescriptor) throws(SystemCallError) -> Void
    /// Gives a file another name in place of whatever had it.
    package var rename: @Sendable (String, String) throws(SystemCallError) -> Void
    /// Removes a name.
    package var remove: @Sendable (String) throws(SystemCallError) -> Void

    /// The kernel's calls.
    package static let live = FileCalls(
        open: { (path, flags, mode) throws(SystemCallError) in
            let number = unsafe Glibc.open(path, flags | O_CLOEXEC, mode)
            guard number >= 0 else { throw .last("open") }
            return OwnedFileDescriptor(adopting: number)
        },
        write: { (descriptor, bytes, start) throws(SystemCallError) in
            let number = descriptor.number
            let taken = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(number, buffer.baseAddress?.advanced(by: start), buffer.count - start)
            }
            guard taken >= 0 else { throw .last("write") }
            return taken
        },
        synchronise: { (descriptor) throws(SystemCallError) in
            guard fsync(descriptor.number) == 0 else { throw .last("fsync") }
        },
        beginWriteBack: { descriptor in _ = clinux_begin_write_back(descriptor.number) },
        close: { (descriptor) throws(SystemCallError) in try descriptor.close() },
        rename: { (old, new) throws(SystemCallError) in
            guard unsafe Glibc.rename(old, new) == 0 else { throw .last("rename") }
        },
        remove: { (path) throws(SystemCallError) in
            guard unsafe unlink(path) == 0 else { throw .last("unlink") }
        }
    )
}

extension FileCalls {
    /// Writes all of the bytes, however many calls that takes.
    package func write(all bytes: [UInt8], to descriptor: borrowing OwnedFileDescriptor) throws(SystemCallError) {
        var written = 0
        while written < bytes.count {
            let taken: Int
            do {
                taken = try write(descriptor, bytes, written)
            } catch {
                guard error.code == EINTR else { throw error }
                continue
            }
            // No regular file takes nothing; asking again for ever would hang the host on one that does.
            guard taken > 0, taken <= bytes.count - written else { throw SystemCallError(call: "write", code: EIO) }
            written += taken
        }
    }
}
