/// Where a plugin runs (RS-1): the same file with the same contract in each place.
public enum Isolation: Hashable, Sendable, CustomStringConvertible {
    /// In the process of the host: the fastest calls, and a crash takes everything with it.
    case inProcess
    /// In a runner of its own: a process that may crash, hang or leak by itself.
    case process
    /// In a runner that it shares with the others of its group.
    case group(String)

    /// Reads `in-process`, `process` or `group:NAME`; the result is `nil` for anything else.
    public init?(_ text: String) {
        switch text {
        case "in-process": self = .inProcess
        case "process": self = .process
        default:
            let prefix = "group:"
            guard text.hasPrefix(prefix) else { return nil }
            let name = String(text.dropFirst(prefix.count))
            guard PluginDescriptor.isValid(id: name) else { return nil }
            self = .group(name)
        }
    }

    /// The isolation as it stands in the configuration, on the command line and in the status.
    public var description: String {
        switch self {
        case .inProcess: "in-process"
        case .process: "process"
        case .group(let name): "group:\(name)"
        }
    }
}
