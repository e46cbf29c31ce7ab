internal import Glibc
internal import LinuxSystem

/// Puts products into the directory that a host watches.
struct ProductInstaller: Sendable {
    /// The directory that is watched.
    let directory: String

    /// Puts a file there, whole and at once, unless its content is there already; says whether it did.
    func install(_ path: String) throws(CommandFailure) -> Bool {
        let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
        let target = "\(directory)/\(name)"
        do throws(SystemCallError) {
            let bytes = try OwnedFileDescriptor.open(path, flags: O_RDONLY).readToEnd()
            if let present = try? OwnedFileDescriptor.open(target, flags: O_RDONLY).readToEnd(), present == bytes {
                return false
            }
            try AtomicFile.replace(target, with: bytes, mode: 0o700)
            return true
        } catch {
            throw .failed("\(path) can't be installed to \(directory): \(error)")
        }
    }

    /// Makes the directory, and removes what is not one of the files: what earlier runs have left.
    func prepare(keeping names: [String]) throws(CommandFailure) {
        do throws(SystemCallError) {
            try Directory.make(directory)
            for name in try Directory.names(directory) where !names.contains(name) {
                unsafe _ = unlink("\(directory)/\(name)")
            }
        } catch {
            throw .failed("\(directory) can't be used: \(error)")
        }
    }
}
