/// What is done about moments at which a task should have run and could not.
public enum MissedRuns: String, Hashable, Sendable {
    /// Nothing; it runs at the next moment.
    case skip
    /// It runs once for all of them.
    case once
    /// It runs once for each of them.
    case catchUp = "catch-up"
}
