/// How much a log record matters.
public enum LogLevel: Int32, Hashable, Sendable, CaseIterable {
    /// Steps, for whoever reads the source beside it.
    case trace = 0
    /// Details, for whoever looks for a defect.
    case debug = 1
    /// What an operator likes to know.
    case info = 2
    /// What an operator should look at.
    case warning = 3
    /// What went wrong.
    case error = 4
}
