/// Whether a command line is carried out under a supervisor.
struct SupervisionChoice: Sendable {
    /// What the process was given.
    let words: [String]
    let variables: [String: String]
    let process: Int32
    let parent: Int32

    /// The arguments of the host that is to be supervised; `nil` if this process does the work itself.
    var supervised: ParsedArguments? {
        guard !SupervisionMark.isValid(variables, parent: parent), !isService,
            // What is wrong with the words is told by whoever carries them out.
            case .command(let arguments) = try? ArgumentParser.parse(words),
            ["run", "dev"].contains(arguments.command.name), !arguments.wantsHelp, !arguments.has("--no-supervise")
        else { return nil }
        return arguments
    }

    /// Whether the service manager looks after this very process.
    ///
    /// Everything that a service starts inherits its variables, a terminal for example; newer versions say which process
    /// they mean.
    private var isService: Bool {
        if let number = variables["SYSTEMD_EXEC_PID"] { return number == "\(process)" }
        return variables["INVOCATION_ID"] != nil || variables["NOTIFY_SOCKET"] != nil
    }
}
