internal import Glibc

/// Files that are replaced one like another, and share the waits for the disk.
///
/// Each has its old contents or the new after a crash, as with ``AtomicFile``; which of them have the new is not promised. A
/// file system writes down all that was changed before a wait along with the file that is waited for, so that the first of
/// many waits is the only long one.
package struct AtomicFileBatch {
    private struct Pending {
        let path: String
        let temporary: String
    }

    private let calls: FileCalls
    private var pending: [Pending] = []
    /// The directories in which others were made for the files.
    private var made: Set<String> = []

    /// Begins with no files.
    package init(calls: FileCalls = .live) {
        self.calls = calls
    }

    /// Makes a directory for files that are added; it is on the disk when they are.
    package mutating func makeDirectory(_ path: String) throws(SystemCallError) {
        made.formUnion(try Directory.make(path))
    }

    /// Writes the bytes beside the file that they are to replace; nothing is replaced before ``commit()``.
    package mutating func add(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o600) throws(SystemCallError) {
        let temporary = AtomicFile.temporaryName(for: path)
        do {
            try AtomicFile.write(bytes, to: temporary, mode: mode, calls: calls) { descriptor in
                calls.beginWriteBack(descriptor)
            }
        } catch {
            try? calls.remove(temporary)
            throw error
        }
        pending.append(Pending(path: path, temporary: temporary))
    }

    /// Puts the files in their places, and returns when they are on the disk.
    ///
    /// - Returns: What failed, by the paths of the files; their temporary files are gone.
    package mutating func commit() -> [String: SystemCallError] {
        var failures: [String: SystemCallError] = [:]
        var written: [Pending] = []
        for file in pending {
            do throws(SystemCallError) {
                try synchronise(file.temporary)
                written.append(file)
            } catch {
                failures[file.path] = error
                try? calls.remove(file.temporary)
            }
        }
        pending = []
        var directories: [String: [String]] = [:]
        for file in written {
            do throws(SystemCallError) {
                try restarting { () throws(SystemCallError) in try calls.rename(file.temporary, file.path) }
                for directory in waits(for: file.path) {
                    directories[directory, default: []].append(file.path)
                }
            } catch {
                failures[file.path] = error
                try? calls.remove(file.temporary)
            }
        }
        made = []
        for (directory, paths) in directories {
            do throws(SystemCallError) {
                try Directory.synchronise(directory, calls: calls)
            } catch {
                for path in paths { failures[path] = error }
            }
        }
        return failures
    }

    /// The directories that a file is on the disk with: its own, and those above in which directories were made.
    private func waits(for path: String) -> [String] {
        var directory = AtomicFile.split(path).directory
        var found = [directory]
        while directory != "/", directory != "." {
            directory = AtomicFile.split(directory).directory
            if made.contains(directory) { found.append(directory) }
        }
        return found
    }

    /// Waits for a file that was closed: a descriptor for each would be too many, and a failure is told to the next one.
    private func synchronise(_ path: String) throws(SystemCallError) {
        let descriptor = try restarting { () throws(SystemCallError) in try calls.open(path, O_RDONLY | O_NOFOLLOW, 0) }
        try restarting { () throws(SystemCallError) in try calls.synchronise(descriptor) }
        try calls.close(descriptor)
    }
}
