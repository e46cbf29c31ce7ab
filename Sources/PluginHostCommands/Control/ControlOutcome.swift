internal import PluginHost

/// What a message of a client leads to.
enum ControlOutcome: Sendable {
    /// One answer, or none for a notification.
    case answer([UInt8]?)
    /// An answer, and then events: all that come from the stream, but for those that the answer has already.
    case follow(answer: [UInt8]?, events: AsyncStream<PluginEvent>, known: Set<PluginEvent>)
    /// One answer, and then the records of the log that are wanted and that the answer does not have.
    case followLog(answer: [UInt8]?, records: AsyncStream<LogRecord>, query: HostLog.Query, known: Set<LogRecord>)
}
