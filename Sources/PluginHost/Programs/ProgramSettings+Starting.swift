internal import Glibc
internal import LinuxSystem

extension ProgramSettings {
    /// The `PATH` of a program that is given none.
    static let defaultPath = "/usr/local/bin:/usr/bin:/bin"

    /// Starts the program, which blocks.
    func start(id: String) throws(PluginError) -> ChildProcess {
        var environment = environment
        if environment["PATH"] == nil { environment["PATH"] = Self.defaultPath }
        let path = try path(id: id, searching: environment["PATH"] ?? "")
        var launch = ChildProcess.Launch(executable: path, arguments: arguments, environment: environment)
        launch.directory = directory
        launch.endsWithParent = true
        do throws(SystemCallError) {
            return try ChildProcess(launch)
        } catch {
            throw explain(error, path: path, id: id)
        }
    }

    /// Where the program is that a start would run; what would keep it from running is thrown, as far as it can be seen before.
    package func locate(id: String) throws(PluginError) -> String {
        let path = try path(id: id, searching: environment["PATH"] ?? Self.defaultPath)
        do throws(SystemCallError) {
            guard let status = (try? FileStatus.of(path)) ?? nil else {
                throw SystemCallError(call: "execve", code: ENOENT)
            }
            guard status.kind == .regular, unsafe access(path, X_OK) == 0 else {
                throw SystemCallError(call: "execve", code: EACCES)
            }
            if let directory, unsafe access(directory, X_OK) != 0 { throw .last("chdir") }
        } catch {
            throw explain(error, path: path, id: id)
        }
        return path
    }

    /// Where the program is; a path is meant from where the host is, not from where the program starts.
    private func path(id: String, searching path: String) throws(PluginError) -> String {
        if command.hasPrefix("/") { return command }
        if command.contains("/") { return (ProcessFacts.currentDirectory ?? ".") + "/" + command }
        // An empty entry would stand for the present directory, which is nobody's wish here.
        for directory in path.split(separator: ":") where directory.hasPrefix("/") {
            let candidate = "\(directory)/\(command)"
            guard let status = try? FileStatus.of(candidate), status.kind == .regular else { continue }
            if unsafe access(candidate, X_OK) == 0 { return candidate }
        }
        throw PluginError(
            code: .notFound,
            message: "\(id): there is no program '\(command)' in \(path); give its path in processes.\(id).command"
        )
    }

    private func explain(_ error: SystemCallError, path: String, id: String) -> PluginError {
        switch (error.call, error.code) {
        case ("chdir", _):
            PluginError(
                code: .notFound,
                message: "\(id): it can't start in \(directory ?? "."): \(error.reason); "
                    + "make the directory, or change processes.\(id).directory"
            )
        case ("execve", ENOENT) where ((try? FileStatus.of(path)) ?? nil) != nil:
            PluginError(
                code: .notFound,
                message: "\(id): \(path) is there, but the interpreter in its first line, or its dynamic linker, is not"
            )
        case ("execve", ENOENT), ("execve", ENOTDIR):
            PluginError(
                code: .notFound,
                message: "\(id): there is no program \(path); correct processes.\(id).command"
            )
        case ("execve", EACCES):
            PluginError(
                code: .failed,
                message: "\(id): \(path) may not be executed; chmod +x it, or name a program"
            )
        case ("execve", ENOEXEC):
            PluginError(
                code: .failed,
                message: "\(id): \(path) is no program for this machine; a script needs a first line such as #!/bin/sh"
            )
        default:
            PluginError(code: .failed, message: "\(id): \(path) can't be started: \(error)")
        }
    }
}
