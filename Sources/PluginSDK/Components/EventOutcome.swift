/// How an event goes on after a handler.
public enum EventOutcome: Hashable, Sendable {
    /// The next handler takes it.
    case goOn
    /// No other handler takes it.
    case stop
    /// The next handler takes it with this data.
    case change([UInt8])
}
