internal import PluginHost

/// How scheduled tasks stand, for people.
enum TaskText {
    /// All of them.
    static func of(_ tasks: [TaskStatus], width: Int? = nil) -> String {
        guard !tasks.isEmpty else { return "no task is scheduled" }
        let rows = tasks.map { task in
            [
                task.name, task.state.rawValue, task.schedule,
                task.nextDue.map(TimestampText.format) ?? "-", "\(task.runs)", "\(task.failures)",
                StatusText.oneLine(task.lastError ?? ""),
            ]
        }
        return TextTable.lines(
            [["NAME", "STATE", "WHEN", "NEXT", "RUNS", "FAILED", "LAST ERROR"]] + rows,
            width: width
        )
    }

    /// One in a line.
    static func line(_ task: TaskStatus) -> String {
        var parts = ["\(task.name): \(task.state.rawValue)"]
        if let due = task.nextDue { parts.append("next at \(TimestampText.format(due))") }
        if let seconds = task.lastSeconds { parts.append("the last run took \(FigureText.seconds(seconds))") }
        if let error = task.lastError { parts.append("and failed: \(StatusText.oneLine(error))") }
        return parts.joined(separator: ", ")
    }
}
