/// When a task is due (CH-1).
public enum TaskSchedule: Hashable, Sendable {
    /// At equal distances, the first of them after the task was started.
    ///
    /// Time that the machine sleeps does not count.
    case every(Duration)
    /// At the moments that a cron expression names: five fields, or a shorthand such as `@hourly`.
    ///
    /// The time zone is one such as `Europe/Berlin`; `nil` stands for that of the host.
    case cron(String, timeZone: String? = nil)

    /// Every minute, which is what holds where nothing is said.
    public static let standard = TaskSchedule.every(.seconds(60))

    init(_ schedule: TaskDeclaration.Schedule) {
        switch schedule {
        case .every(let interval): self = .every(interval)
        case .cron(let text, let zone): self = .cron(text, timeZone: zone)
        }
    }

    var declared: TaskDeclaration.Schedule {
        switch self {
        case .every(let interval): .every(interval)
        case .cron(let text, let zone): .cron(text, timeZone: zone)
        }
    }
}

/// What is done about the moments that have passed while a task could not run.
///
/// They pass while the task runs for longer than its interval, while the machine sleeps, and when its clock is set.
public enum MissedRuns: String, Hashable, Sendable, CaseIterable, Codable {
    /// Nothing: the task goes on with the next moment.
    case skip
    /// One run for all of them.
    case once
    /// A run for each, one after the other, but for at most 1000.
    case catchUp = "catch-up"
}

/// One run of a task, as the task itself sees it.
public struct TaskRun: Hashable, Sendable {
    /// The task's name.
    public let name: String
    /// The moment for which it runs, in seconds since 1970.
    public let due: Double
    /// How many moments before that passed without a run since the last one.
    public let missed: Int

    package init(name: String, due: Double, missed: Int) {
        self.name = name
        self.due = due
        self.missed = missed
    }
}
