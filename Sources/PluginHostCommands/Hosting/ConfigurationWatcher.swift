internal import Glibc
internal import LinuxSystem

/// Follows a configuration file: tells of each new content, when it has been still for a moment.
///
/// The directory is watched and not the file, so that a rename over it and the swap of a Kubernetes volume are seen.
final class ConfigurationWatcher: Sendable {
    private let changes: TreeChanges

    /// Begins to follow; the closure runs on a thread of its own.
    init(_ path: String, changed: @escaping @Sendable ([UInt8]) -> Void) throws(SystemCallError) {
        let changes = try TreeChanges()
        self.changes = changes
        changes.watch(Self.directory(of: path))
        let first = Self.content(of: path)
        DetachedThread.start(name: "configuration") {
            var last = first
            while true {
                switch changes.wait() {
                case .stopped: return
                case .timedOut: continue
                case .changed: break
                }
                // A writer is not done with the first byte. Others may change things beside it all the time.
                var content: [UInt8]?
                var next = Self.content(of: path)
                repeat {
                    guard Self.pause(changes) else { return }
                    // The directory itself may have been replaced.
                    changes.watch(Self.directory(of: path))
                    (content, next) = (next, Self.content(of: path))
                } while next != content
                guard let content, content != last else { continue }
                last = content
                changed(content)
            }
        }
    }

    func stop() {
        changes.stop()
    }

    /// Waits for a moment, whatever changes meanwhile; says no if it is to stop.
    private static func pause(_ changes: TreeChanges) -> Bool {
        let end = MonotonicInstant.now.advanced(by: .milliseconds(100))
        while MonotonicInstant.now < end {
            let left = MonotonicInstant.now.duration(to: end)
            if changes.wait(timeout: max(left, .milliseconds(1))) == .stopped { return false }
        }
        return true
    }

    private static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    private static func content(of path: String) -> [UInt8]? {
        // A pipe in its place must not keep the thread.
        try? OwnedFileDescriptor.open(path, flags: O_RDONLY | O_NONBLOCK).readToEnd(limit: 16 << 20)
    }
}
