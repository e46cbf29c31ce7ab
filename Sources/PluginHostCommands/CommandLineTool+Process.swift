internal import Glibc
internal import LinuxSystem
internal import PluginHost

extension CommandLineTool {
    /// Carries out the command line of this process, and returns the exit status.
    package static func main() async -> Int32 {
        let words = Array(CommandLine.arguments.dropFirst())
        // Whoever writes to a pipe that nobody reads gets an error, and says nothing.
        TerminationSignals.ignoreBrokenPipes()
        // Only a host has something to put in order; everything else ends at once, as the system has it.
        let isHost = ["run", "dev"].contains(words.first ?? "")
        let signals: TerminationSignals?
        do {
            signals = isHost ? try TerminationSignals() : nil
        } catch {
            CommandStreams.standard(environment: [:]).say("plugin-host: signals can't be handled: \(error)")
            return 1
        }
        var variables = ProcessFacts.environment
        let crash = isHost ? SupervisedHost.begin(variables, .standard(environment: variables)) : nil
        variables[SupervisionMark.name] = nil
        let program = ProgramEnvironment(
            variables: variables,
            streams: .standard(environment: variables),
            executable: ProcessFacts.executable,
            currentDirectory: ProcessFacts.currentDirectory ?? ".",
            makeHost: { configuration, log in
                try PluginHost(configuration, calls: .live, crash: crash, log: log)
            },
            untilTerminated: { await signals?.first() }
        )
        defer { CrashRecord.setOrderly() }
        return await run(words, in: program)
    }
}
