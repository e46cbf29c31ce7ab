internal import Glibc

extension OwnedFileDescriptor {
    /// Descriptors from here on are never the ones under which files are lent to a child.
    static let firstUnlentNumber: CInt = 64

    /// Gives the descriptor a number that no child gets another file under.
    consuming func raised() throws(SystemCallError) -> OwnedFileDescriptor {
        let high = fcntl(number, F_DUPFD_CLOEXEC, Self.firstUnlentNumber)
        guard high >= 0 else { throw .last("fcntl") }
        return OwnedFileDescriptor(adopting: high)
    }
}
