internal import PluginHost

/// What the command line says of the live view.
struct TopSettings: Hashable, Sendable {
    /// How often the figures are asked for.
    var interval = Duration.seconds(2)
    var sort = TopColumn.id

    init(_ arguments: ParsedArguments) throws(CommandFailure) {
        if let text = arguments.value("--interval") {
            guard let interval = DurationText.parse(text), interval >= .milliseconds(100), interval <= .seconds(3600)
            else {
                throw .usage("--interval needs a time from 100ms to 1h, not \(text)")
            }
            self.interval = interval
        }
        if let name = arguments.value("--sort") {
            guard let column = TopColumn(rawValue: name) else {
                let hint = UsageError.suggestion(for: name, among: TopColumn.allCases.map(\.rawValue))
                throw .usage("--sort knows \(TopColumn.names), not \(name)\(hint)")
            }
            sort = column
        }
    }
}
