internal import Glibc
package import LinuxSystem

extension FileCalls {
    /// The kernel's calls, with a word on each directory that is opened: it is waited for then until it is on the disk.
    package static func telling(ofDirectories tell: @escaping @Sendable (String) -> Void) -> FileCalls {
        var calls = FileCalls.live
        calls.open = { (path, flags, mode) throws(SystemCallError) in
            if flags & O_DIRECTORY != 0 { tell(path) }
            return try FileCalls.live.open(path, flags, mode)
        }
        return calls
    }
}
