internal import Glibc

/// What is done with directories by their path.
package enum Directory {
    /// Makes a directory and those above it; one that is there already keeps its mode.
    ///
    /// The result is the directories in which something was made: who synchronises them has it on the disk.
    @discardableResult
    package static func make(_ path: String, mode: UInt32 = 0o700) throws(SystemCallError) -> [String] {
        if unsafe mkdir(path, mode) == 0 { return [parent(of: path)] }
        let error = SystemCallError.last("mkdir")
        switch error.code {
        case ENOENT:
            let above = parent(of: path)
            guard above != path, above != "." else { throw error }
            let made = try make(above, mode: mode)
            guard unsafe mkdir(path, mode) == 0 || errno == EEXIST else { throw .last("mkdir") }
            return made + [above]
        case EEXIST:
            guard try FileStatus.of(path)?.kind == .directory else {
                throw SystemCallError(call: "mkdir", code: ENOTDIR)
            }
        case EROFS, EACCES:
            // The kernel says so even of a directory that is there already and that needs no making.
            guard (try? FileStatus.of(path))??.kind == .directory else { throw error }
        default:
            throw error
        }
        return []
    }

    /// As above, and returns when all that was made is on the disk.
    package static func makeLasting(_ path: String, calls: FileCalls = .live) throws(SystemCallError) {
        for above in try make(path) {
            do {
                try synchronise(above, calls: calls)
            } catch {
                // Where names may be made and not be read, nobody can wait for them.
                guard error.code == EACCES else { throw error }
            }
        }
    }

    /// The names in a directory, in no order, without `.` and `..`.
    ///
    /// Names that aren't UTF-8 are left out: as text they would name nothing.
    package static func names(_ path: String) throws(SystemCallError) -> [String] {
        guard let stream = unsafe opendir(path) else { throw .last("opendir") }
        defer { unsafe _ = closedir(stream) }
        var names: [String] = []
        while true {
            // readdir says nothing at the end and nothing on failure; only errno tells them apart.
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                let code = errno
                guard code == 0 else { throw SystemCallError(call: "readdir", code: code) }
                return names
            }
            let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
            let start = unsafe UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
            guard let name = unsafe String(validatingCString: start) else { continue }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    /// As above; a directory that is not there has no names.
    package static func namesIfThere(_ path: String) throws(SystemCallError) -> [String] {
        do {
            return try names(path)
        } catch {
            guard error.code == ENOENT else { throw error }
            return []
        }
    }

    /// Waits until the names in a directory are on the disk.
    package static func synchronise(_ path: String, calls: FileCalls = .live) throws(SystemCallError) {
        let descriptor = try restarting { () throws(SystemCallError) in
            try calls.open(path, O_RDONLY | O_DIRECTORY, 0)
        }
        do {
            try restarting { () throws(SystemCallError) in try calls.synchronise(descriptor) }
        } catch {
            // File systems that can't synchronise a directory say EINVAL; they order names by themselves or not at all.
            guard error.code == EINVAL else { throw error }
        }
    }

    private static func parent(of path: String) -> String {
        var trimmed = Substring(path)
        while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
        return AtomicFile.split(String(trimmed)).directory
    }
}
