public import struct FoundationEssentials.Date

/// How a task stands, as `plugin-host tasks --json` shows it (CH-1).
public struct TaskStatus: Hashable, Sendable, Codable {
    /// What a task does at the moment.
    public enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// It waits for its time.
        case waiting
        /// Its time has come; it waits for a thread.
        case ready
        /// It runs.
        case running
        /// It runs still, though its deadline has passed.
        case overdue
        /// It does not run until it is started.
        case stopped
    }

    /// The name; that of a plugin's task is `PLUGIN/NAME`.
    public var name: String
    /// The plugin that it belongs to.
    public var plugin: String?
    /// The schedule in words, such as `every 1m` or `*/5 * * * *, Europe/Berlin`.
    public var schedule: String
    /// What it does at the moment.
    public var state: State
    /// When it is due next.
    public var nextDue: Date?
    /// When its last run began.
    public var lastStarted: Date?
    /// How long its last run took.
    public var lastSeconds: Double?
    /// How many runs have ended, well or not.
    public var runs: UInt64
    /// How many of them have failed.
    public var failures: UInt64
    /// How many moments had no run of their own.
    public var missed: UInt64
    /// Why the last run failed; `nil` if it did not.
    public var lastError: String?

    init(_ record: TaskRecord, nextDue due: Int64?) {
        name = record.name
        plugin = record.plugin
        schedule = Self.text(record.declaration.schedule)
        state =
            switch record.phase {
            case .idle: record.isStarted ? .waiting : .stopped
            case .ready: .ready
            case .running: .running
            case .overdue: .overdue
            }
        nextDue = due.map { Date(timeIntervalSince1970: Double($0) / 1e9) }
        lastStarted = record.began.map { Date(timeIntervalSince1970: Double($0.wall) / 1e9) }
        lastSeconds = record.lastNanoseconds.map { Double($0) / 1e9 }
        (runs, failures, missed) = (record.runs, record.failures, record.missed)
        lastError = record.lastError
    }

    private static func text(_ schedule: TaskDeclaration.Schedule) -> String {
        switch schedule {
        case .every(let interval): "every \(DurationText.format(interval))"
        case .cron(let text, let zone): zone.map { "\(text), \($0)" } ?? text
        }
    }
}
