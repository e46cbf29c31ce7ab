internal import LinuxSystem
internal import PluginConformance
internal import PluginHost

/// Looks for what keeps a host from working, or will some day, with a host that runs or without.
struct DoctorCommand: Sendable {
    let context: CommandContext

    func run() async throws(CommandFailure) {
        var options = try HostOptions(context, defaultIsolation: .process, readFile: RunCommand.readFile)
        RunCommand.dropUnusableRuntimeDirectory(context.paths, &options)
        let settings = options
        let diagnosis = await Blocking.run("doctor") { Self.examine(settings) }
        try Printing.attempt {
            if context.arguments.has("--json") {
                try context.streams.output(try JSONCoding.encode(diagnosis, forPeople: true) + [UInt8(ascii: "\n")])
            } else {
                try context.streams.print(DoctorText.of(diagnosis))
            }
        }
        guard diagnosis.errors == 0 else { throw .failedAsPrinted }
    }

    private static func examine(_ options: HostOptions) -> Diagnosis {
        let gathering = DoctorGathering(configuration: options.configuration, socket: options.socket)
        let configuration = options.configuration
        var findings: [Finding] = []
        do throws(PluginError) {
            try configuration.validate()
        } catch {
            findings.append(Finding(.error, "configuration", error.message))
        }
        let socket = gathering.socketFacts()
        let user = UserDatabase.currentUser
        findings += SocketRule.findings(socket, version: PluginHost.version)
        findings += gathering.places().flatMap { PlaceRule.findings($0, user: user, trust: configuration.trust) }
        findings += gathering.runner().findings
        findings += gathering.programs().flatMap { ProgramRule.findings($0, trust: configuration.trust) }
        findings += PluginFileRule.findings(
            gathering.pluginFiles(),
            compiler: HostCompiler.version,
            abiMinor: ABIVersion.minor,
            inProcess: configuration.isolation == .inProcess
        )
        do throws(PluginError) {
            findings += JournalRule.findings(try StateDirectory.surveyJournals(in: configuration.stateDirectory))
        } catch {
            findings.append(Finding(.error, "journal", error.message))
        }
        findings += WatchRule.findings(gathering.limits())
        findings += ClockRule.findings(gathering.clock())
        findings += HardeningRule.findings(gathering.hardening(ofHost: socket.status?.host.pid))
        return Diagnosis(hostIsRunning: socket.status != nil, findings: findings)
    }
}
