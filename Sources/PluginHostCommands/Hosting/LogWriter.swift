internal import PluginHost

/// Writes the log of a host to standard error, one record a line.
struct LogWriter: Sendable {
    /// How records look.
    enum Format: String, CaseIterable, Sendable {
        case text
        case json
    }

    let streams: CommandStreams
    let format: Format
    /// The least level that is written.
    let level: LogRecord.Level

    /// Writes a record.
    func write(_ record: LogRecord) {
        guard record.level >= level else { return }
        switch format {
        case .text: writeText(record)
        case .json: writeJSON(record, fields: [:])
        }
    }

    /// Writes an event.
    func write(_ event: PluginEvent) {
        let name = event.plugin ?? event.program ?? "host"
        var record = LogRecord(EventText.level(of: event), name, EventText.message(of: event))
        record.time = event.time
        guard record.level >= level else { return }
        switch format {
        case .text: writeText(record)
        case .json:
            let bytes = (try? JSONCoding.encode(event)) ?? []
            writeJSON(record, fields: (try? JSONCoding.decode([String: JSONValue].self, from: bytes)) ?? [:])
        }
    }

    /// Writes what the host itself has to say.
    func say(_ message: String, level: LogRecord.Level = .info) {
        write(LogRecord(level, "host", message))
    }

    private func writeText(_ record: LogRecord) {
        let name = LogWriter.name(of: record.level)
        let pad = String(repeating: " ", count: max(0, 7 - name.count))
        let level = streams.colour ? Self.colour(of: record.level) + name + "\u{1b}[0m" : name
        // A record is one line: a plugin must not be able to forge another.
        let message = StatusText.oneLine(record.message)
        streams.say("\(TimestampText.format(record.time)) \(level)\(pad) \(record.name): \(message)")
    }

    private func writeJSON(_ record: LogRecord, fields: [String: JSONValue]) {
        var fields = fields
        fields["time"] = .string(TimestampText.format(record.time))
        fields["level"] = .string(LogWriter.name(of: record.level))
        fields["name"] = .string(record.name)
        fields["message"] = .string(record.message)
        guard let bytes = try? JSONCoding.encode(fields) else { return }
        try? streams.error(bytes + [UInt8(ascii: "\n")])
    }

    /// The level by its name.
    static func level(named name: String) -> LogRecord.Level? {
        LogRecord.Level.allCases.first { Self.name(of: $0) == name }
    }

    private static func name(of level: LogRecord.Level) -> String {
        switch level {
        case .trace: "trace"
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    private static func colour(of level: LogRecord.Level) -> String {
        switch level {
        case .trace, .debug: "\u{1b}[2m"
        case .info: "\u{1b}[32m"
        case .warning: "\u{1b}[33m"
        case .error: "\u{1b}[31m"
        }
    }
}
