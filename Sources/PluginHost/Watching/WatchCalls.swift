package import LinuxSystem

/// The calls of a watcher that a test makes fail.
package struct WatchCalls: Sendable {
    /// Adds a watch.
    package var add: @Sendable (Inotify, String, InotifyEvent.Mask) throws(SystemCallError) -> CInt
    /// Tells on what kind of file system a directory is.
    package var kind: @Sendable (String) throws(SystemCallError) -> FileSystemKind

    /// The kernel's calls.
    package static let live = WatchCalls(
        add: { (inotify, path, mask) throws(SystemCallError) -> CInt in try inotify.add(path, for: mask) },
        kind: { (path) throws(SystemCallError) -> FileSystemKind in try FileSystemKind.of(directory: path) }
    )
}
