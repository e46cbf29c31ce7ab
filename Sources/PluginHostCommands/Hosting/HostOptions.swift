internal import LinuxSystem
internal import PluginHost

/// What the options of `run` and `dev` say about a host.
struct HostOptions: Sendable {
    /// The host itself.
    var configuration: HostConfiguration
    /// Where its control socket is made.
    var socket: String
    /// What is logged, and how.
    var log: LogWriter

    /// Reads the options: they go before the configuration file, which goes before the defaults.
    init(
        _ context: CommandContext,
        defaultIsolation: Isolation = .inProcess,
        readFile: (String) throws(CommandFailure) -> [UInt8]
    ) throws(CommandFailure) {
        let arguments = context.arguments
        let paths = context.paths
        let directory = context.program.currentDirectory
        func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(directory)/\(path)" }

        var chosen = HostConfiguration(pluginDirectories: [], stateDirectory: "")
        chosen.isolation = defaultIsolation
        // A program of its own may divide what was handed over to it; one that embeds a host decides that itself.
        chosen.controlGroup = .bestEffort
        if let path = arguments.value("--config") {
            let bytes = try readFile(path)
            do throws(PluginError) {
                try ConfigurationFile.apply(bytes, path: path, to: &chosen)
            } catch {
                throw .usage(error.message)
            }
        }
        let directories = arguments.values("--plugins")
        if !directories.isEmpty { chosen.pluginDirectories = directories }
        if chosen.pluginDirectories.isEmpty { chosen.pluginDirectories = [paths.pluginDirectory] }
        chosen.pluginDirectories = chosen.pluginDirectories.map(absolute)

        if let state = arguments.value("--state-dir") { chosen.stateDirectory = state }
        if chosen.stateDirectory.isEmpty {
            guard let state = paths.stateDirectory else {
                throw .usage("where to keep state can't be told without HOME: give --state-dir DIR")
            }
            chosen.stateDirectory = state
        }
        chosen.stateDirectory = absolute(chosen.stateDirectory)
        if let file = arguments.value("--metrics-file") {
            guard file.hasSuffix(".prom") else {
                throw .usage("--metrics-file needs a name with .prom at its end, or nobody reads it, not \(file)")
            }
            chosen.metricsFile = file
        }
        chosen.metricsFile = chosen.metricsFile.map(absolute)
        if let text = arguments.value("--isolation") {
            guard let isolation = Isolation(text) else {
                throw .usage("--isolation knows in-process, process and group:NAME, not \(text)")
            }
            chosen.isolation = isolation
        }
        chosen.strategy = try Self.strategy(arguments, chosen.strategy)
        if chosen.imageDirectory == nil {
            chosen.imageDirectory = paths.imageDirectory(stateDirectory: chosen.stateDirectory)
        }
        log = try Self.log(arguments, context.streams, chosen.logLevel)
        chosen.logLevel = log.level
        if case .file(let path) = chosen.logFile { chosen.logFile = .file(absolute(path)) }
        configuration = chosen

        let named = arguments.value("--socket") ?? context.program.variables["PLUGIN_HOST_SOCKET"]
        let socket = named.flatMap { $0.isEmpty ? nil : $0 } ?? paths.socket(stateDirectory: chosen.stateDirectory)
        self.socket = absolute(socket ?? "\(chosen.stateDirectory)/plugin-host.sock")
    }

    private static func strategy(
        _ arguments: ParsedArguments,
        _ present: ReloadStrategy
    ) throws(CommandFailure) -> ReloadStrategy {
        var window: Duration?
        if let text = arguments.value("--debounce") {
            window = DurationText.parse(text)
            guard window != nil else { throw .usage("--debounce needs a time such as 250ms or 1s, not \(text)") }
        }
        var result = present
        if let name = arguments.value("--strategy"), name != present.name {
            switch name {
            case "immediate": result = .immediate
            case "debounced": result = .debounced(.seconds(1))
            case "manual": result = .manual
            case "on-idle": result = .onIdle(window: .seconds(1), bound: ReloadStrategy.defaultBound)
            default:
                let names = ["immediate", "debounced", "manual", "on-idle"]
                let hint = UsageError.suggestion(for: name, among: names)
                throw .usage("--strategy knows \(names.joined(separator: ", ")), not \(name)\(hint)")
            }
        }
        guard let window else { return result }
        switch result {
        case .debounced: return .debounced(window)
        case .onIdle(_, let bound): return .onIdle(window: window, bound: bound)
        case .immediate, .manual: throw .usage("--debounce means nothing with --strategy \(result.name)")
        }
    }

    static func log(
        _ arguments: ParsedArguments,
        _ streams: CommandStreams,
        _ defaultLevel: LogRecord.Level
    ) throws(CommandFailure) -> LogWriter {
        let format = arguments.value("--log-format") ?? (streams.errorIsJournal ? "journal" : "text")
        var level = defaultLevel
        if let name = arguments.value("--log-level") {
            guard let named = LogRecord.Level(named: name) else {
                throw .usage("--log-level knows \(LogRecord.Level.list), not \(name)")
            }
            level = named
        }
        guard let format = LogWriter.Format(rawValue: format) else {
            throw .usage("--log-format knows text, json and journal, not \(format)")
        }
        return LogWriter(streams: streams, format: format, level: level)
    }
}
