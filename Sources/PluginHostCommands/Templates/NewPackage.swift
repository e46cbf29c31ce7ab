internal import Glibc
internal import LinuxSystem

/// A package that is about to be written: all of it, or nothing.
///
/// Everything here blocks the thread.
struct NewPackage: Sendable {
    /// Where it will be; an absolute path.
    let directory: String
    let files: [TemplateFile]

    /// Writes everything beside the place where it will be, and moves it there when it is complete.
    func write() throws(CommandFailure) {
        try refuseWhatIsThere()
        let (above, name) = Self.split(directory)
        let temporary = "\(above == "/" ? "" : above)/.\(name).\(getpid()).new"
        do throws(SystemCallError) {
            guard unsafe mkdir(temporary, 0o777) == 0 else { throw .last("mkdir") }
        } catch {
            throw failure(error, above)
        }
        do throws(SystemCallError) {
            for file in files { try write(file, below: temporary) }
            // An empty directory that somebody has made meanwhile is replaced, and anything else is not.
            guard unsafe rename(temporary, directory) == 0 else { throw .last("rename") }
        } catch {
            Self.remove(temporary)
            throw failure(error, above)
        }
    }

    private func refuseWhatIsThere() throws(CommandFailure) {
        let status: FileStatus?
        do throws(SystemCallError) {
            status = try FileStatus.of(directory, followingLinks: false)
        } catch {
            throw failure(error, Self.split(directory).above)
        }
        guard status == nil else {
            throw .failed(
                "\(directory) is there already, and nothing was changed: give --directory DIR, or another name"
            )
        }
    }

    private func write(_ file: TemplateFile, below root: String) throws(SystemCallError) {
        let path = "\(root)/\(file.path)"
        // The rights are those that the user's umask leaves, as of anything that an editor makes.
        try Directory.make(Self.split(path).above, mode: 0o777)
        let descriptor = try OwnedFileDescriptor.open(
            path,
            flags: O_WRONLY | O_CREAT | O_EXCL,
            mode: file.isExecutable ? 0o777 : 0o666
        )
        try descriptor.write(Array(file.text.utf8))
        try descriptor.close()
    }

    private func failure(_ error: SystemCallError, _ above: String) -> CommandFailure {
        let isThere = (try? FileStatus.of(above))??.kind == .directory
        return switch error.code {
        case ENOENT where !isThere, ENOTDIR where !isThere:
            .failed("\(directory) can't be made: there is no directory \(above); make it first")
        case EACCES, EPERM, EROFS: .failed("\(directory) can't be made: \(above) can't be written to: \(error)")
        case EEXIST, ENOTEMPTY: .failed("\(directory) is there already, and nothing was changed")
        default: .failed("\(directory) can't be made, and nothing was changed: \(error)")
        }
    }

    private static func split(_ path: String) -> (above: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let above = String(path[..<slash])
        return (above.isEmpty ? "/" : above, String(path[path.index(after: slash)...]))
    }

    /// Removes what was begun; what can't be removed is of no use to anybody, and hidden.
    private static func remove(_ directory: String) {
        for entry in (try? DirectoryEntry.list(directory)) ?? [] {
            let path = "\(directory)/\(entry.name)"
            if (try? FileStatus.of(path, followingLinks: false))??.kind == .directory {
                remove(path)
            } else {
                _ = unsafe unlink(path)
            }
        }
        _ = unsafe rmdir(directory)
    }
}
