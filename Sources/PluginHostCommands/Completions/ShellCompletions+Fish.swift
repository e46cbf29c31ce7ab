extension ShellCompletions {
    /// The script for fish.
    var fish: String {
        var lines = [
            "# Completes command lines of plugin-host in fish: plugin-host completions fish | source",
            "complete -c plugin-host -f",
            "complete -c plugin-host -n __fish_use_subcommand -l version -d 'Show the version'",
        ]
        for command in commands {
            lines.append(
                "complete -c plugin-host -n __fish_use_subcommand -a \(command.name) -d \(quoted(command.summary))"
            )
            let condition = "complete -c plugin-host -n '__fish_seen_subcommand_from \(command.name)'"
            for option in options(of: command) {
                var line = "\(condition) -l \(option.name.dropFirst(2))"
                if option.valueName != nil { line += " -r" + arguments(from: CompletionSource.of(option)) }
                lines.append("\(line) -d \(quoted(firstSentence(of: option.documentation)))")
            }
            for operand in command.operands {
                let arguments = arguments(from: CompletionSource.of(operand, in: command))
                if !arguments.isEmpty { lines.append(condition + arguments) }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func arguments(from source: CompletionSource) -> String {
        switch source {
        case .words(let words): " -f -a \(quoted(words.joined(separator: " ")))"
        case .files: " -F"
        case .directories: " -f -a '(__fish_complete_directories)'"
        case .host(let kind): " -f -a '(plugin-host completions \(kind.rawValue) 2>/dev/null)'"
        case .nothing: ""
        }
    }

    private func firstSentence(of text: String) -> String {
        guard let end = text.firstRange(of: ". ") else {
            return String(text.hasSuffix(".") ? text.dropLast() : text[...])
        }
        return String(text[..<end.lowerBound])
    }

    private func quoted(_ text: String) -> String {
        "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
    }
}
