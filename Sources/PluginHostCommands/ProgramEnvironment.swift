package import PluginHost

/// What the command line has from the process around it; tests bring their own.
package struct ProgramEnvironment: Sendable {
    /// The environment variables.
    package var variables: [String: String]
    /// The streams.
    package var streams: CommandStreams
    /// The path of the running program.
    package var executable: String?
    /// The directory that relative paths begin at.
    package var currentDirectory: String
    /// Makes a host, which gives its log to the closure.
    package var makeHost:
        @Sendable (HostConfiguration, _ log: @escaping @Sendable (LogRecord) -> Void) throws -> any ManagedHost
    /// Returns when the program is to end.
    package var untilTerminated: @Sendable () async -> Void
    /// Has the closure called whenever the configuration is to be read again.
    package var onHangup: @Sendable (@escaping @Sendable () -> Void) -> Void = { _ in }
    /// Has the program end as if it had been told to from outside.
    package var terminate: @Sendable () -> Void = {}
    /// The service manager that wants to be told of the host; `nil` if nobody does.
    package var service: ServiceManager?

    package init(
        variables: [String: String],
        streams: CommandStreams,
        executable: String? = nil,
        currentDirectory: String = ".",
        makeHost:
            @escaping @Sendable (HostConfiguration, @escaping @Sendable (LogRecord) -> Void) throws ->
            any ManagedHost,
        untilTerminated: @escaping @Sendable () async -> Void
    ) {
        self.variables = variables
        self.streams = streams
        self.executable = executable
        self.currentDirectory = currentDirectory
        self.makeHost = makeHost
        self.untilTerminated = untilTerminated
    }
}
