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
        var supervisor = HostSupervisor(
            words: words,
            variables: variables,
            log: log,
            signals: signals,
            limits: RestartLimits(),
            orphans: orphans
        )
        return supervisor.run()
    }
}
