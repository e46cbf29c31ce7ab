/// What becomes of events when a handler can't keep up.
public enum EventOverflow: String, Hashable, Sendable {
    /// The oldest that wait are dropped, and counted.
    case dropOldest = "drop-oldest"
    /// New ones are dropped, and counted.
    case dropNewest = "drop-newest"
    /// Whoever publishes waits.
    case block
}
