/// Where the words come from that a shell offers for an argument.
enum CompletionSource: Hashable, Sendable {
    /// These.
    case words([String])
    /// The names of files.
    case files
    /// The names of directories.
    case directories
    /// What the running host knows of that kind.
    case host(CompletionKind)
    /// Nothing can be said.
    case nothing

    /// Tells for an argument of a command.
    static func of(_ operand: OperandSpecification, in command: CommandSpecification) -> CompletionSource {
        guard operand.words.isEmpty else { return .words(operand.words) }
        switch (command.name, operand.name) {
        case ("processes", "ID"): return .host(.programs)
        case ("tasks", "NAME"): return .host(.tasks)
        case ("act", "NAME"): return .host(.actions)
        case (_, "ID"): return .host(.plugins)
        case (_, "FILE"): return .files
        case (_, "PACKAGE_DIR"): return .directories
        default: return .nothing
        }
    }

    /// Tells for the value of an option.
    static func of(_ option: OptionSpecification) -> CompletionSource {
        guard option.words.isEmpty else { return .words(option.words) }
        switch option.valueName {
        case "FILE", "PATH", "KEY": return .files
        case "DIR": return .directories
        default: return .nothing
        }
    }

    /// The name in the scripts for bash and zsh.
    var name: String {
        switch self {
        case .words(let words): "=\(words.joined(separator: ","))"
        case .files: "files"
        case .directories: "directories"
        case .host(let kind): "@\(kind.rawValue)"
        case .nothing: "nothing"
        }
    }
}
