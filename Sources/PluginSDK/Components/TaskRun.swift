/// One run of a scheduled task.
public struct TaskRun: Hashable, Sendable, Codable {
    /// The moment for which it runs, in ISO 8601, UTC.
    public var due: String
    /// How many moments before it have passed without a run.
    public var missed: Int

    /// Creates a run, for tests.
    public init(due: String, missed: Int = 0) {
        self.due = due
        self.missed = missed
    }
}
