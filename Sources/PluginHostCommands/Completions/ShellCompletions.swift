/// Makes the scripts that complete command lines, from the table of commands.
struct ShellCompletions {
    let commands: [CommandSpecification]

    /// The words that may stand first.
    var verbs: [String] { commands.map(\.name) + ["help", "--help", "--version"] }

    func options(of command: CommandSpecification) -> [OptionSpecification] {
        command.options + [.help]
    }

    /// What bash and zsh share: a function that tells what a command takes.
    ///
    /// It sets `options` to the options, `values` to those with a value and where that comes from, `places` to where the
    /// arguments come from by their places, and `rest` to where all further ones come from.
    var table: String {
        let cases = commands.map { command -> String in
            let names = options(of: command).map(\.name).joined(separator: " ")
            let values = command.options.filter { $0.valueName != nil }.map { option in
                "\(option.name):\(CompletionSource.of(option).name)"
            }
            let places = command.operands.map { CompletionSource.of($0, in: command).name }
            let rest = command.operands.last.flatMap { $0.count.upperBound > 1 ? places.last : nil } ?? "nothing"
            return """
                        \(command.name))
                            options='\(names)'
                            values='\(values.joined(separator: " "))'
                            places='\(places.joined(separator: " "))'
                            rest='\(rest)' ;;
                """
        }
        return """
            _plugin_host_table() {
                options='--help' values='' places='' rest='nothing'
                case $1 in
            \(cases.joined(separator: "\n"))
                esac
            }
            """
    }
}
