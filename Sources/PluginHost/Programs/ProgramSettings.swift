/// An ordinary program that the host runs and looks after (PM-1).
public struct ProgramSettings: Hashable, Sendable {
    /// The name under which it logs; its id, if `nil`.
    public var name: String?
    /// The path of the program, or a name that is looked for in the `PATH` of its environment.
    public var command: String
    /// The words after the program's name.
    public var arguments: [String]
    /// All of its environment, but for a `PATH` if there is none.
    public var environment: [String: String]
    /// Where it starts; where the host was started, if `nil`.
    public var directory: String?
    /// Whether it is started with the host.
    public var startsAutomatically: Bool
    /// Whether it is started again when it has failed.
    public var restartsAutomatically: Bool
    /// How often, and how soon.
    public var restartLimits = RestartLimits()
    /// How long it may take to end after it was asked to; then it is killed.
    public var stopTimeout = Duration.seconds(5)

    /// Creates settings.
    public init(
        name: String? = nil,
        command: String,
        arguments: [String] = [],
        environment: [String: String] = [:],
        directory: String? = nil,
        startsAutomatically: Bool = true,
        restartsAutomatically: Bool = false
    ) {
        self.name = name
        self.command = command
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.startsAutomatically = startsAutomatically
        self.restartsAutomatically = restartsAutomatically
    }
}
