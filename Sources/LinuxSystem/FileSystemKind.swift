internal import CLinux
internal import Glibc

/// The kind of a file system, as in `statfs`.
package struct FileSystemKind: Hashable, Sendable {
    package let number: Int64

    package init(number: Int64) {
        self.number = number
    }

    /// The kind behind a directory.
    package static func of(directory: String) throws(SystemCallError) -> FileSystemKind {
        let descriptor = try OwnedFileDescriptor.open(directory, flags: O_RDONLY | O_DIRECTORY | O_NONBLOCK)
        let number = clinux_file_system_type(descriptor.number)
        guard number != -1 else { throw .last("fstatfs") }
        return FileSystemKind(number: number)
    }

    /// Whether files in a directory may be mapped as code; not so where it is mounted with `noexec`.
    package static func allowsCode(directory: String) throws(SystemCallError) -> Bool {
        // ST_NOEXEC of <sys/statvfs.h>, which only _GNU_SOURCE declares.
        let noexec: UInt = 8
        var figures = statvfs()
        guard unsafe statvfs(directory, &figures) == 0 else { throw .last("statvfs") }
        return figures.f_flag & noexec == 0
    }

    /// Whether the kernel notices every change; it doesn't notice those that other machines make.
    package var noticesChanges: Bool {
        Self.namesOfRemoteKinds[number & 0xFFFF_FFFF] == nil
    }

    /// The name, for kinds whose changes go unnoticed.
    package var name: String {
        Self.namesOfRemoteKinds[number & 0xFFFF_FFFF] ?? "local"
    }

    private static let namesOfRemoteKinds: [Int64: String] = [
        0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB2", 0x6573_5546: "FUSE",
        0x0102_1997: "9P", 0x5346_414F: "AFS", 0x6B41_4653: "AFS", 0x7375_7245: "Coda", 0x564C: "NCP",
        0x00C3_6400: "Ceph", 0x0BD0_0BD0: "Lustre", 0x4750_4653: "GPFS", 0x786F_4256: "VirtualBox",
        0xBACB_ACBC: "VMware",
    ]
}
