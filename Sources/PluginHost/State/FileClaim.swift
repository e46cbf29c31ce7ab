internal import LinuxSystem

/// A file outside of the state directory that one host at a time writes to.
final class FileClaim: Sendable {
    private let lock: DirectoryLock

    /// Takes the file, whose setting has this name; `nil` if nobody can tell whether another host has it.
    ///
    /// Blocks. What keeps it from being locked keeps it from being written too, which is told then.
    ///
    /// - Throws: ``PluginError`` with `busy` if another host has it, naming that.
    init?(_ path: String, setting: String) throws(PluginError) {
        do throws(DirectoryLock.Failure) {
            lock = try DirectoryLock(file: path)
        } catch {
            guard case .held(let process) = error else { return nil }
            let holder = process.map { "process \($0)" } ?? "another process"
            throw PluginError(
                code: .busy,
                message:
                    "another host, \(holder), writes to \(path); each needs a file of its own: configure another \(setting)"
            )
        }
    }
}
