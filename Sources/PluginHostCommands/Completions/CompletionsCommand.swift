internal import LinuxSystem
internal import PluginHost

/// Prints what completes command lines in a shell, and answers the scripts when they ask for words.
struct CompletionsCommand {
    /// How long a person may wait after a tab.
    private static let patience = Duration.seconds(1)

    let context: CommandContext

    func run() async throws(CommandFailure) {
        let word = context.arguments.operands[0]
        if let kind = CompletionKind(rawValue: word) { return try await tell(kind) }
        let completions = ShellCompletions(commands: CommandTable.commands)
        let script: String
        switch word {
        case "bash": script = completions.bash
        case "zsh": script = completions.zsh
        case "fish": script = completions.fish
        default:
            let hint = UsageError.suggestion(for: word, among: ["bash", "zsh", "fish"])
            throw .usage("completions knows bash, zsh and fish, not \(word)\(hint)")
        }
        try Printing.attempt { try context.streams.output(Array(script.utf8)) }
    }

    /// Prints the words of a kind, one a line; without a host that answers there are none.
    private func tell(_ kind: CompletionKind) async throws(CommandFailure) {
        guard let path = try? context.socketPath() else { return }
        let words = await Blocking.run("client") { () -> [String] in
            guard var client = try? ControlClient(path: path) else { return [] }
            client.deadline = .now.advanced(by: Self.patience)
            return (try? Self.words(kind, of: &client)) ?? []
        }
        try Printing.attempt { for word in words.sorted() { try context.streams.print(word) } }
    }

    private static func words(_ kind: CompletionKind, of client: inout ControlClient) throws -> [String] {
        switch kind {
        case .plugins: try client.request("status").result(HostStatus.self).plugins.map(\.id)
        case .programs: try client.request("processes.list").result([ProgramStatus].self).map(\.id)
        case .tasks: try client.request("tasks.list").result([TaskStatus].self).map(\.name)
        case .actions: try client.request("actions.list").result([ActionInfo].self).map(\.name)
        }
    }
}
