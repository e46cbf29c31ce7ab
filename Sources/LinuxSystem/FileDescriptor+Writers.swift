internal import CLinux

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
}
