internal import FoundationEssentials

/// What a plugin's task is told of its run: `{"due":"2026-11-21T12:00:00.000Z","missed":0}`.
struct TaskInput: Hashable, Sendable, Encodable {
    let due: Date
    let missed: Int

    init(_ run: TaskRun) {
        due = Date(timeIntervalSince1970: run.due)
        missed = run.missed
    }
}
