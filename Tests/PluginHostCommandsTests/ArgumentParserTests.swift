import PluginHostCommands
import Testing

@Suite("The argument parser")
struct ArgumentParserTests {
    private func parse(_ words: String...) throws -> ParsedArguments {
        guard case .command(let arguments) = try ArgumentParser.parse(words) else {
            throw UsageErrorExpectation.noCommand
        }
        return arguments
    }

    private enum UsageErrorExpectation: Error { case noCommand }

    @Test(
        "understands every command in its right use",
        arguments: [
            ["run"], ["run", "--plugins", "a", "--plugins=b", "--strategy", "manual", "--log-format", "json"],
            ["dev"], ["dev", "one", "two", "--configuration", "release"], ["status", "--json"], ["list"],
            ["info", "counter", "--socket", "/s"], ["call", "counter", "value"], ["call", "counter", "increment", "5"],
            ["call", "counter", "increment", "-"], ["reload", "a", "b"], ["reload", "--all"],
            ["rollback", "counter", "--to", "3"], ["history", "counter"], ["quarantine", "list"],
            ["quarantine", "clear", "counter"], ["events", "--follow", "--json"], ["inspect", "a.so", "b.so"],
        ]
    )
    func rightUse(words: [String]) throws {
        guard case .command(let arguments) = try ArgumentParser.parse(words) else {
            Issue.record("no command")
            return
        }
        #expect(arguments.command.name == words[0])
    }

    @Test(
        "refuses wrong use and says what is wrong",
        arguments: [
            ([], "no command is given"), (["statsu"], "there is no command statsu; did you mean status?"),
            (["xyzzy"], "there is no command xyzzy"), (["--jsno"], "there is no option --jsno"),
            (["info"], "info needs ID"), (["call", "counter"], "call needs METHOD"),
            (["info", "a", "b"], "info has no use for b"), (["inspect"], "inspect needs FILE"),
            (["status", "--jsn"], "status has no option --jsn; did you mean --json?"),
            (["status", "--json=1"], "--json takes no value"),
            (["status", "--json", "--json"], "--json is given twice"),
            (["status", "--socket"], "--socket needs a value: --socket PATH"),
            (["run", "--config", "--"], "--config needs a value: --config FILE"),
            (["rollback"], "rollback needs ID"), (["history"], "history needs ID"),
            (["list", "x"], "list has no use for x"),
            (["quarantine"], "quarantine needs ACTION"), (["run", "x"], "run has no use for x"),
            (["events", "-f"], "events has no option -f"),
        ] as [([String], String)]
    )
    func wrongUse(words: [String], message: String) {
        let error = #expect(throws: UsageError.self) { try ArgumentParser.parse(words) }
        #expect(error?.description == message)
    }

    @Test("ends options at two hyphens, and takes numbers and a lone hyphen for what they are")
    func hyphens() throws {
        #expect(try parse("call", "c", "m", "--", "--json").operands == ["c", "m", "--json"])
        #expect(try parse("call", "c", "m", "-5").operands == ["c", "m", "-5"])
        #expect(try parse("call", "c", "m", "-").operands == ["c", "m", "-"])
    }

    @Test("keeps all values of an option that repeats")
    func repeats() throws {
        #expect(try parse("run", "--plugins", "a", "--plugins=b=c").values("--plugins") == ["a", "b=c"])
    }

    @Test(
        "finds the help wherever it is asked for",
        arguments: [["help", "call"], ["call", "-h"], ["call", "--help"]]
    )
    func help(words: [String]) throws {
        guard case .command(let arguments) = try ArgumentParser.parse(words) else {
            Issue.record("no command")
            return
        }
        #expect(arguments.wantsHelp)
    }

    @Test("gives every command a help that names all of its options and arguments", arguments: CommandTable.commands)
    func helpIsComplete(command: CommandSpecification) {
        let help = HelpText.of(command)
        for option in command.options { #expect(help.contains("  \(option.name)")) }
        for operand in command.operands { #expect(help.contains("  \(operand.name)")) }
        #expect(help.contains("--help"))
        #expect(help.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.hasPrefix("usage") })
        #expect(HelpText.overview.contains("  \(command.name) "))
    }
}
