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
        var variables = ProcessFacts.environment
        let supervisor =
            SupervisionMark.isValid(variables, parent: ParentDeath.parent) ? ParentDeath.parent : nil
        let signals: TerminationSignals?
        do {
            signals = isHost ? try TerminationSignals(supervisor: supervisor) : nil
        } catch {
            CommandStreams.standard(environment: [:]).say("plugin-host: signals can't be handled: \(error)")
            return 1
        }
        let crash = isHost ? SupervisedHost.begin(variables, .standard(environment: variables)) : nil
        let isSupervised = variables.removeValue(forKey: SupervisionMark.name) != nil
        let service =
            isHost
            ? ServiceManager.take(
                variables,
                process: getpid(),
                parent: ParentDeath.parent,
                isSupervised: isSupervised,
                say: { [variables] in CommandStreams.standard(environment: variables).say($0) }
            ) : nil
        var calls = HostCalls.live
        if isSupervised { calls.company.append(ParentDeath.parent) }
        var program = ProgramEnvironment(
            variables: variables,
            streams: .standard(environment: variables),
            executable: ProcessFacts.executable,
            currentDirectory: ProcessFacts.currentDirectory ?? ".",
            makeHost: { [calls] configuration, log in
                guard !isSupervised else {
                    return try PluginHost(configuration, calls: calls, crash: crash, log: log)
                }
                return try UnsupervisedHost.make(configuration, calls, log)
            },
            untilTerminated: { await signals?.first() }
        )
        program.service = service
        program.onHangup = { handler in
            do throws(SystemCallError) {
                try HangupSignals.handle(handler)
            } catch {
                CommandStreams.standard(environment: [:]).say("plugin-host: SIGHUP can't be handled: \(error)")
            }
        }
        program.terminate = { _ = kill(getpid(), SIGTERM) }
        defer { CrashRecord.setOrderly() }
        return await run(words, in: program)
    }
}
