internal import Glibc
internal import Synchronization

/// Files that are replaced as a whole: a crash at any moment leaves the old contents or the new.
package enum AtomicFile {
    /// Tells temporary files of one process apart.
    private static let counter = Atomic<UInt64>(0)

    /// Puts the bytes in the place of the file at the path, and returns when they are on the disk.
    ///
    /// The bytes go to a temporary file beside it, which is synchronised and then renamed. After a failure the temporary
    /// file is gone; the path has its old contents, or the new ones if only the last step, the synchronisation of the
    /// directory, failed.
    package static func replace(
        _ path: String,
        with bytes: [UInt8],
        mode: UInt32 = 0o600,
        calls: FileCalls = .live
    ) throws(SystemCallError) {
        let temporary = temporaryName(for: path)
        do {
            try write(bytes, to: temporary, mode: mode, calls: calls) { (descriptor) throws(SystemCallError) in
                try restarting { () throws(SystemCallError) in try calls.synchronise(descriptor) }
            }
            try restarting { () throws(SystemCallError) in try calls.rename(temporary, path) }
        } catch {
            // What matters to the caller is the first failure; a file that stays is removed by the next start.
            try? calls.remove(temporary)
            throw error
        }
        try Directory.synchronise(split(path).directory, calls: calls)
    }

    /// Puts the bytes in the place of the file at the path, for all to read, without waiting for the disk.
    ///
    /// For what is written anew all the time: a machine that loses power loses no more than the latest.
    package static func publish(
        _ path: String,
        _ bytes: [UInt8],
        calls: FileCalls = .live
    ) throws(SystemCallError) {
        let temporary = temporaryName(for: path)
        do {
            try write(bytes, to: temporary, mode: 0o644, calls: calls) { (descriptor) throws(SystemCallError) in
                // Whatever the umask says: who reads it is another user.
                try descriptor.setMode(0o644)
            }
            try restarting { () throws(SystemCallError) in try calls.rename(temporary, path) }
        } catch {
            try? calls.remove(temporary)
            throw error
        }
    }

    /// Removes what writers of one file that crashed have left beside it, in a directory that may be others' as well.
    package static func removeLeftovers(of path: String) {
        let (directory, name) = split(path)
        for other in (try? Directory.namesIfThere(directory)) ?? []
        where other.hasPrefix(".\(name).") && other.hasSuffix(".tmp") {
            try? FileCalls.live.remove("\(directory)/\(other)")
        }
    }

    /// Removes what writers that crashed have left in a directory, if there is one.
    ///
    /// Nobody may be writing there at the same time.
    package static func removeLeftovers(in directory: String) throws(SystemCallError) {
        for name in try Directory.namesIfThere(directory) where name.hasPrefix(".") && name.hasSuffix(".tmp") {
            try FileCalls.live.remove("\(directory)/\(name)")
        }
    }

    /// A name beside a file that nothing else has.
    static func temporaryName(for path: String) -> String {
        let (directory, name) = split(path)
        let number = counter.add(1, ordering: .relaxed).newValue
        return "\(directory)/.\(name).\(getpid())-\(number).tmp"
    }

    /// Writes a temporary file, with what is to be done before it is closed.
    static func write(
        _ bytes: [UInt8],
        to path: String,
        mode: UInt32,
        calls: FileCalls,
        finish: (borrowing OwnedFileDescriptor) throws(SystemCallError) -> Void
    ) throws(SystemCallError) {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW
        let descriptor = try restarting { () throws(SystemCallError) in try calls.open(path, flags, mode) }
        try calls.write(all: bytes, to: descriptor)
        try finish(descriptor)
        try calls.close(descriptor)
    }

    static func split(_ path: String) -> (directory: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let directory = path[..<slash]
        return (directory.isEmpty ? "/" : String(directory), String(path[path.index(after: slash)...]))
    }
}
