internal import CLinux
internal import Glibc

extension OwnedFileDescriptor {
    /// Whether somebody has the file open for writing; `nil` if the kernel can't tell.
    ///
    /// It can't for files of other users, and on file systems without leases.
    package borrowing func hasWriter() -> Bool? {
        switch clinux_has_writer(number) {
        case 0: false
        case 1: true
        default: nil
        }
    }

    /// Whether somebody has the regular file at the path open for writing; `nil` if that can't be told.
    package static func hasWriter(path: String) -> Bool? {
        // Without O_NONBLOCK, a pipe that has taken the file's place would stop the thread.
        guard let file = try? OwnedFileDescriptor.open(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY),
            let status = try? file.status(), status.kind == .regular
        else { return nil }
        return file.hasWriter()
    }
}
