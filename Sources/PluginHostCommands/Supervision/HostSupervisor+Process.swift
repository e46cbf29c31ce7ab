internal import Glibc
internal import LinuxSystem
internal import PluginHost

extension CommandLineTool {
    /// Supervises a host, if the command line of this process asks for one; gives the exit status.
    ///
    /// To be called before there are other threads. `nil` if this process does the work itself.
    package static func supervise() -> Int32? {
        StandardDescriptor.fillGaps()
        let variables = ProcessFacts.environment
        let words = Array(CommandLine.arguments.dropFirst())
        let choice = SupervisionChoice(
            words: words,
            variables: variables,
            process: getpid(),
            parent: ParentDeath.parent
        )
        guard let arguments = choice.supervised else { return nil }
        let streams = CommandStreams.standard(environment: variables)
        // What is wrong with the options is told by the host itself.
        guard let log = try? HostOptions.log(arguments, streams, .info) else { return nil }
        TerminationSignals.ignoreBrokenPipes()
        let (orphans, signals): (Orphans, CollectedSignals)
        do throws(SystemCallError) {
            orphans = try Orphans()
            signals = try CollectedSignals()
        } catch {
            log.say("the host is not supervised: \(error)", level: .warning)
            return nil
        }
        let isDevelopment = arguments.command.name == "dev"
        var supervisor = HostSupervisor(
            words: words,
            variables: variables,
            log: log,
            signals: signals,
            limits: isDevelopment ? developmentLimits : RestartLimits(),
            takesKeys: isDevelopment,
            orphans: orphans
        )
        return supervisor.run()
    }

    /// Whoever saves a bad build after the other is not to be left alone, and sees what happens.
    private static let developmentLimits = RestartLimits(
        maximumRestarts: 10,
        maximumDelay: .seconds(1),
        stableTime: .seconds(5)
    )
}
