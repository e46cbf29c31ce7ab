internal import Glibc

/// What the kernel knows of a file; two that are equal mean that nobody has written to it between them.
package struct FileStatus: Hashable, Sendable {
    /// What a directory entry points at.
    package enum Kind: Hashable, Sendable {
        case regular
        case directory
        case symbolicLink
        case other
    }

    package let kind: Kind
    package let isSocket: Bool
    package let device: UInt64
    package let inode: UInt64
    /// How many names the file has.
    package let links: UInt64
    package let size: Int64
    package let owner: UInt32
    package let group: UInt32
    /// The permission bits, with set-user-ID, set-group-ID and sticky.
    package let permissions: UInt32
    /// When the contents changed, in nanoseconds since 1970.
    package let modified: Int64
    /// When contents, name or rights changed, in nanoseconds since 1970.
    package let changed: Int64

    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            default: .other
            }
        isSocket = status.st_mode & S_IFMT == S_IFSOCK
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        links = UInt64(status.st_nlink)
        size = Int64(status.st_size)
        owner = status.st_uid
        group = status.st_gid
        permissions = status.st_mode & 0o7777
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        changed = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
    }

    /// Looks a path up; a symbolic link stands for what it points at unless links are not followed.
    ///
    /// The result is `nil` if there is nothing, or a link to nothing, at that path.
    package static func of(_ path: String, followingLinks: Bool = true) throws(SystemCallError) -> FileStatus? {
        var status = stat()
        let result = unsafe followingLinks ? stat(path, &status) : lstat(path, &status)
        if result == 0 { return FileStatus(status) }
        let error = SystemCallError.last(followingLinks ? "stat" : "lstat")
        guard error.code == ENOENT || error.code == ENOTDIR || error.code == ELOOP else { throw error }
        return nil
    }
}
