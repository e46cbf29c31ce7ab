/// The help, made from the table of commands.
package enum HelpText {
    /// All commands.
    package static var overview: String {
        let rows = CommandTable.commands.map { [$0.name, $0.summary] }
        return """
            plugin-host runs plugins that can be replaced while they are in use.

            usage: plugin-host COMMAND [arguments] [options]

            \(TextTable.aligned(rows, indent: 2))

            plugin-host COMMAND --help tells more of one command; --version tells the version.
            Commands that talk to a host find it by --socket PATH, $PLUGIN_HOST_SOCKET or the default path.
            Exit status: 0 done, 1 the operation failed, 2 wrong usage, 3 no host reachable.

            """
    }

    /// One command.
    package static func of(_ command: CommandSpecification) -> String {
        let operands = command.operands.map { [$0.name, $0.documentation] }
        let options = (command.options + [.help]).map { [$0.usage, $0.documentation] }
        let parts = [
            "usage: \(command.usage)",
            command.summary.prefix(1).uppercased() + command.summary.dropFirst() + ".",
            operands.isEmpty ? "" : "Arguments:\n" + TextTable.aligned(operands, indent: 2),
            "Options:\n" + TextTable.aligned(options, indent: 2),
            TextTable.wrapped(command.discussion, width: TextTable.width),
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }
}
