internal import PluginHost

/// The command line.
package enum CommandLineTool {
    /// The version that `--version` tells.
    package static let version = PluginHost.version

    /// Carries a command line out, given without the program's name, and returns the exit status.
    package static func run(_ words: [String], in program: ProgramEnvironment) async -> Int32 {
        do throws(CommandFailure) {
            try await perform(words, in: program)
            return 0
        } catch {
            if let message = error.message { program.streams.say("plugin-host: \(message)") }
            return error.status
        }
    }

    private static func perform(_ words: [String], in program: ProgramEnvironment) async throws(CommandFailure) {
        let request: ArgumentParser.Request
        do throws(UsageError) {
            request = try ArgumentParser.parse(words)
        } catch {
            let help = error.command.map { "plugin-host \($0) --help" } ?? "plugin-host --help"
            throw .usage("\(error)\nTry \(help)")
        }
        switch request {
        case .overview: try Printing.attempt { try program.streams.output(Array(HelpText.overview.utf8)) }
        case .version: try Printing.attempt { try program.streams.print("plugin-host \(version)") }
        case .command(let arguments) where arguments.wantsHelp:
            try Printing.attempt { try program.streams.output(Array(HelpText.of(arguments.command).utf8)) }
        case .command(let arguments):
            try await perform(CommandContext(arguments: arguments, program: program))
        }
    }

    private static func perform(_ context: CommandContext) async throws(CommandFailure) {
        switch context.arguments.command.name {
        case "run": try await RunCommand(context: context).run()
        case "dev": try await DevelopCommand(context: context).run()
        case "inspect": try await InspectCommand(context: context).run()
        case "trust": try await TrustCommand(context: context).run()
        case "crashes": try await CrashesCommand(context: context).run()
        case "logs": try await LogsCommand(context: context).run()
        case "report": try await ReportCommand(context: context).run()
        case "top": try await TopCommand(context: context).run()
        case "check": try await CheckCommand(context: context).run()
        case "doctor": try await DoctorCommand(context: context).run()
        case "sign": try await SignCommand(context: context).run()
        case "new": try await NewCommand(context: context).run()
        case "service": try await ServiceCommand(context: context).run()
        case "completions": try await CompletionsCommand(context: context).run()
        case let name:
            guard let verb = ClientVerb.named(name) else { throw .usage("there is no command \(name)") }
            try await verb.run(context)
        }
    }
}
