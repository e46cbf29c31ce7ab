internal import Glibc

/// How much room there is on a file system.
package struct DiskSpace: Hashable, Sendable {
    /// Bytes that this user may still write.
    package var freeBytes: UInt64
    /// All bytes.
    package var totalBytes: UInt64
    /// Files that may still be made; `nil` where they are not counted.
    package var freeFiles: UInt64?

    package init(freeBytes: UInt64, totalBytes: UInt64, freeFiles: UInt64?) {
        self.freeBytes = freeBytes
        self.totalBytes = totalBytes
        self.freeFiles = freeFiles
    }

    /// Looks at the file system that a path is on.
    package static func of(_ path: String) throws(SystemCallError) -> DiskSpace {
        var figures = statvfs()
        guard unsafe statvfs(path, &figures) == 0 else { throw .last("statvfs") }
        let unit = UInt64(figures.f_frsize)
        func bytes(_ count: UInt64) -> UInt64 {
            let (product, overflow) = count.multipliedReportingOverflow(by: unit)
            return overflow ? .max : product
        }
        return DiskSpace(
            freeBytes: bytes(UInt64(figures.f_bavail)),
            totalBytes: bytes(UInt64(figures.f_blocks)),
            freeFiles: figures.f_files == 0 ? nil : UInt64(figures.f_favail)
        )
    }
}
