/// What one command works with.
struct CommandContext: Sendable {
    let arguments: ParsedArguments
    let program: ProgramEnvironment

    var streams: CommandStreams { program.streams }

    /// The paths that hold where nothing else is said.
    var paths: DefaultPaths { DefaultPaths(environment: program.variables) }

    /// Where the control socket of the host is looked for.
    func socketPath() throws(CommandFailure) -> String {
        if let path = arguments.value("--socket") { return path }
        if let path = program.variables["PLUGIN_HOST_SOCKET"], !path.isEmpty { return path }
        guard let path = paths.socket else {
            throw .usage("where the host's socket is can't be told without HOME: give --socket PATH")
        }
        return path
    }
}
