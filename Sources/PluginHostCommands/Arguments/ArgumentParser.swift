/// Understands a command line by the table of commands.
package enum ArgumentParser {
    /// What a command line asks for.
    package enum Request: Hashable, Sendable {
        /// The overview of all commands.
        case overview
        /// The version.
        case version
        /// A command.
        case command(ParsedArguments)
    }

    /// Understands the words after the program's name.
    package static func parse(_ words: [String]) throws(UsageError) -> Request {
        guard let first = words.first else { throw UsageError("no command is given") }
        switch first {
        case "--help", "-h": return .overview
        case "--version": return .version
        case "help":
            guard let name = words.dropFirst().first else { return .overview }
            var arguments = ParsedArguments(command: try command(name))
            arguments.wantsHelp = true
            return .command(arguments)
        default: return .command(try parse(words.dropFirst(), of: try command(first)))
        }
    }

    private static func command(_ name: String) throws(UsageError) -> CommandSpecification {
        if let command = CommandTable.command(named: name) { return command }
        let hint = UsageError.suggestion(for: name, among: CommandTable.commands.map(\.name))
        throw UsageError(
            name.hasPrefix("-") ? "there is no option \(name)\(hint)" : "there is no command \(name)\(hint)"
        )
    }

    private static func parse(
        _ words: ArraySlice<String>,
        of command: CommandSpecification
    ) throws(UsageError) -> ParsedArguments {
        var result = ParsedArguments(command: command)
        var rest = words
        while let word = rest.popFirst() {
            if word == "--" {
                result.operands += rest
                break
            }
            if word == "--help" || word == "-h" {
                result.wantsHelp = true
                return result
            }
            if isOption(word) {
                try take(word, of: command, from: &rest, into: &result)
            } else {
                result.operands.append(word)
            }
        }
        try checkOperands(result)
        return result
    }

    /// A lone hyphen stands for standard input, and a number is a number.
    private static func isOption(_ word: String) -> Bool {
        word.hasPrefix("-") && word != "-" && Double(word) == nil
    }

    private static func take(
        _ word: String,
        of command: CommandSpecification,
        from rest: inout ArraySlice<String>,
        into result: inout ParsedArguments
    ) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = parts[0]
        guard let option = command.options.first(where: { $0.name == name }) else {
            let names = command.options.map(\.name) + [OptionSpecification.help.name]
            let hint = UsageError.suggestion(for: name, among: names)
            throw UsageError("\(command.name) has no option \(name)\(hint)", command: command.name)
        }
        if result.has(name), !option.repeats {
            throw UsageError("\(name) is given twice", command: command.name)
        }
        guard let valueName = option.valueName else {
            guard parts.count == 1 else { throw UsageError("\(name) takes no value", command: command.name) }
            result.options[name] = []
            return
        }
        guard let value = parts.count == 2 ? parts[1] : rest.popFirst(), !value.isEmpty, value != "--" else {
            throw UsageError("\(name) needs a value: \(name) \(valueName)", command: command.name)
        }
        result.options[name, default: []].append(value)
    }

    private static func checkOperands(_ arguments: ParsedArguments) throws(UsageError) {
        let command = arguments.command
        let count = arguments.operands.count
        if count < command.operandCount.lowerBound {
            let missing = command.operands.filter { $0.count.lowerBound > 0 }.dropFirst(count).first
            throw UsageError("\(command.name) needs \(missing?.name ?? "an argument")", command: command.name)
        }
        if count > command.operandCount.upperBound {
            let extra = arguments.operands[command.operandCount.upperBound]
            throw UsageError("\(command.name) has no use for \(extra)", command: command.name)
        }
    }
}
