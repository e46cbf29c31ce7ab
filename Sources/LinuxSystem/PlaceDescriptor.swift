internal import CLinux
internal import Glibc

/// A place in the file system that is held on to, whatever happens to its path: a directory, a link, a file.
///
/// Holding it opens nothing: no pipe waits and no device notices.
package final class PlaceDescriptor: Sendable {
    private let descriptor: OwnedFileDescriptor
    /// What the kernel knows of it.
    package let status: FileStatus

    private init(_ descriptor: consuming OwnedFileDescriptor) throws(SystemCallError) {
        status = try descriptor.status()
        self.descriptor = descriptor
    }

    /// The root directory.
    package static func root() throws(SystemCallError) -> PlaceDescriptor {
        try at("/")
    }

    /// What is at a path; a symbolic link at its end is the link itself.
    package static func at(_ path: String) throws(SystemCallError) -> PlaceDescriptor {
        try PlaceDescriptor(try place(path, in: AT_FDCWD))
    }

    /// An entry of this directory; a symbolic link is the link itself.
    package func entry(_ name: String) throws(SystemCallError) -> PlaceDescriptor {
        try PlaceDescriptor(try Self.place(name, in: descriptor.number))
    }

    /// What the kernel knows of an entry of this directory; a symbolic link is the link itself.
    package func status(of name: String) throws(SystemCallError) -> FileStatus {
        var status = stat()
        guard unsafe fstatat(descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw .last("fstatat") }
        return FileStatus(status)
    }

    /// Opens a regular file of this directory for reading; anything else that took the name is refused or, if it can't
    /// be told in time, opened without waiting for it.
    package func openFile(_ name: String) throws(SystemCallError) -> OwnedFileDescriptor {
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let directory = descriptor.number
        let number = try retryingOnInterrupt("openat") { unsafe openat(directory, name, flags) }
        return OwnedFileDescriptor(adopting: number)
    }

    /// Where this symbolic link points.
    package func linkTarget() throws(SystemCallError) -> String {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let number = descriptor.number
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            return unsafe readlinkat(number, "", start.assumingMemoryBound(to: CChar.self), buffer.count)
        }
        guard count >= 0 else { throw .last("readlinkat") }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// Whether the place has an access control list beside its mode; `nil` if that can't be told.
    package var hasAccessList: Bool? {
        descriptor.hasAccessList
    }

    private static func place(_ name: String, in directory: CInt) throws(SystemCallError) -> OwnedFileDescriptor {
        let number = try retryingOnInterrupt("openat") { unsafe clinux_open_place(directory, name) }
        return OwnedFileDescriptor(adopting: number)
    }
}

extension OwnedFileDescriptor {
    /// Whether the file has an access control list beside its mode; `nil` if that can't be told.
    package var hasAccessList: Bool? {
        switch clinux_has_access_list(number) {
        case 0: false
        case 1: true
        default: nil
        }
    }
}
