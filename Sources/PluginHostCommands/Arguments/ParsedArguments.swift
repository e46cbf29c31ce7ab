/// A command line that was understood.
package struct ParsedArguments: Hashable, Sendable {
    /// The command.
    package let command: CommandSpecification
    /// The arguments by place.
    package internal(set) var operands: [String] = []
    /// Whether the help was asked for.
    package internal(set) var wantsHelp = false
    var options: [String: [String]] = [:]

    init(command: CommandSpecification) {
        self.command = command
    }

    /// Whether the option was given.
    package func has(_ option: String) -> Bool { options[option] != nil }

    /// The value of an option that is given at most once.
    package func value(_ option: String) -> String? { options[option]?.last }

    /// All values of an option that can be given more than once.
    package func values(_ option: String) -> [String] { options[option] ?? [] }
}
