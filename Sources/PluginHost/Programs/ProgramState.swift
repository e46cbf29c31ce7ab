/// How a managed program stands (PM-2).
public enum ProgramState: String, Hashable, Sendable, Codable, CaseIterable {
    /// It does not run, and nobody wants it to.
    case stopped
    /// It is being started, or waits to be started again.
    case starting
    /// It runs.
    case running
    /// It was asked to end, and has not yet.
    case stopping
    /// It has failed, and is not started again by itself.
    case crashed
    /// It has ended, and how can't be told: something else in this process has waited for it.
    case unknown

    /// Whether there is, or will be, a process.
    var isActive: Bool {
        switch self {
        case .starting, .running, .stopping: true
        case .stopped, .crashed, .unknown: false
        }
    }
}
