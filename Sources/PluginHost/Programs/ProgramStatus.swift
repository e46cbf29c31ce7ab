/// How a managed program stands, at one moment (PM-2).
public struct ProgramStatus: Hashable, Sendable, Codable {
    /// Its id in the configuration.
    public var id: String
    /// The name under which it logs.
    public var name: String
    /// How it stands.
    public var state: ProgramState
    /// Its process, if it runs.
    public var pid: Int32?
    /// How long it has been running, if it runs.
    public var uptimeSeconds: Double?
    /// How often it was started again since the host was started, by itself or by a restart.
    public var restarts: Int
    /// The command with its arguments.
    public var command: [String]
    /// How it ended the last time, such as `exit status 1` or `SIGSEGV`.
    public var lastEnd: String?
    /// Why it could not be started, or is not started again.
    public var lastError: String?
    /// How many bytes it has printed that were too many to be logged.
    public var droppedBytes: Int
}
