internal import CLinux
internal import Glibc
package import LinuxSystem

/// What is asked of the file system of control groups; a test puts a directory of its own in its place.
package struct ControlGroupCalls: Sendable {
    /// How a call fails.
    package typealias Failure = SystemCallError

    /// Where the file system is mounted.
    package var root: String
    /// The contents of a file; `nil` if it can't be read.
    package var read: @Sendable (String) -> String?
    /// Gives a file a new content with one write, as the kernel demands.
    package var write: @Sendable (String, String) throws(Failure) -> Void
    package var makeDirectory: @Sendable (String) throws(Failure) -> Void
    package var removeDirectory: @Sendable (String) throws(Failure) -> Void
    /// The names in a directory; none if it can't be read.
    package var names: @Sendable (String) -> [String]
    /// Whether a file or directory may be written to by the rights that it has.
    package var isWritable: @Sendable (String) -> Bool
    /// Whether the manager of the system has marked a group as handed over.
    package var isMarked: @Sendable (String) -> Bool
    /// Whether this process may write everywhere, so that rights say nothing.
    package var isAdministrator: Bool
    /// Whether a process has ended.
    package var hasEnded: @Sendable (Int32) -> Bool

    /// The kernel's own.
    package static let live = ControlGroupCalls(
        root: "/sys/fs/cgroup",
        read: { path in
            let file = try? OwnedFileDescriptor.open(path, flags: O_RDONLY)
            return (try? file?.readToEnd(limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
        },
        write: { (path, text) throws(SystemCallError) in
            try OwnedFileDescriptor.open(path, flags: O_WRONLY).write(Array(text.utf8))
        },
        makeDirectory: { (path) throws(SystemCallError) in
            guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .last("mkdir") }
        },
        removeDirectory: { (path) throws(SystemCallError) in
            guard unsafe rmdir(path) == 0 || errno == ENOENT else { throw .last("rmdir") }
        },
        names: { (try? Directory.names($0)) ?? [] },
        isWritable: { unsafe access($0, W_OK) == 0 },
        isMarked: { path in
            for name in ["trusted.delegate", "user.delegate"] where unsafe clinux_has_attribute(path, name) == 1 {
                return true
            }
            return false
        },
        isAdministrator: geteuid() == 0,
        hasEnded: { ProcessFacts.hasEnded($0) }
    )
}
