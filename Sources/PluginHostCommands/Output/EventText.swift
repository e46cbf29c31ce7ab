internal import PluginHost

/// An event in one line, for people.
enum EventText {
    /// The name, the plugin, and what else the event says.
    static func of(_ event: PluginEvent) -> String {
        ([event.event.rawValue] + ((event.plugin ?? event.program).map { [$0] } ?? []) + [details(of: event)])
            .filter { !$0.isEmpty }.joined(separator: "  ")
    }

    /// The name and what else the event says, where the plugin is told already.
    static func message(of event: PluginEvent) -> String {
        let details = details(of: event)
        return event.event.rawValue + (details.isEmpty ? "" : ": \(details)")
    }

    /// The event as a record of the log, with all that it says as fields.
    static func record(of event: PluginEvent) -> LogRecord {
        let bytes = (try? JSONCoding.encode(event)) ?? []
        var record = LogRecord(
            level(of: event),
            event.plugin ?? event.program ?? "host",
            message(of: event),
            plugin: event.plugin,
            generation: event.generation,
            fields: (try? JSONCoding.decode([String: JSONValue].self, from: bytes)) ?? [:]
        )
        for key in ["time", "plugin", "generation"] { record.fields[key] = nil }
        record.time = event.time
        return record
    }

    /// How much the event matters.
    static func level(of event: PluginEvent) -> LogRecord.Level {
        switch event.event {
        case .reloadFailed, .error, .crashed: .error
        case .rollbackTriggered, .restarted: .warning
        case .programStateChanged where event.new == ProgramState.crashed.rawValue: .error
        case .programStateChanged where event.new == ProgramState.unknown.rawValue: .warning
        case .reloadCompleted: event.success == false ? .error : .info
        // Once is enough: the same is told at each beat.
        case .heartbeat where event.old == nil: .debug
        case .heartbeat where event.new == HeartbeatStatus.State.error.rawValue: .error
        case .stateChanged, .statePreserved, .stateRestored: .debug
        default: .info
        }
    }

    private static func details(of event: PluginEvent) -> String {
        var parts: [String] = []
        if let generation = event.generation { parts.append("generation \(generation)") }
        if let attempt = event.attempt { parts.append("attempt \(attempt)") }
        if let success = event.success { parts.append(success ? "done" : "failed") }
        if let seconds = event.durationSeconds { parts.append(FigureText.seconds(seconds)) }
        if let old = event.old, let new = event.new { parts.append("\(old) to \(new)") }
        if let type = event.type { parts.append(type) }
        if let data = event.data {
            parts.append(String(validating: data, as: UTF8.self) ?? FigureText.bytes(data.count))
        }
        // Why a reload has not been completed was told when it failed, and most errors name the file.
        let error = event.event == .reloadCompleted ? nil : event.error
        if let path = event.path, error?.contains(path) != true { parts.append(path) }
        if let reason = event.reason { parts.append(reason) }
        if let error { parts.append(error) }
        // A plugin's own text must not look like a line of its own.
        return LogText.oneLine(parts.joined(separator: ", "))
    }
}
