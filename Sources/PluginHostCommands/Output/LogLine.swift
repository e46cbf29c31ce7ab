package import PluginHost

/// A record of the log in one line of text (CH-4).
package enum LogLine {
    /// Time, level, name and message; nothing in it can look like a line of its own.
    package static func text(_ record: LogRecord, colour: Bool = false) -> String {
        let name = record.level.name
        let pad = String(repeating: " ", count: max(0, 7 - name.count))
        let level = colour ? self.colour(of: record.level) + name + "\u{1b}[0m" : name
        return "\(TimestampText.format(record.time)) \(level)\(pad) \(told(record))"
    }

    /// The same for the journal, which adds the time, and reads the priority from the beginning of the line.
    package static func journal(_ record: LogRecord) -> String {
        "<\(priority(of: record.level))>\(told(record))"
    }

    private static func told(_ record: LogRecord) -> String {
        "\(LogText.oneLine(record.name)): \(LogText.oneLine(record.message))"
    }

    /// As syslog counts them: 3 is an error, 7 the least that there is.
    private static func priority(of level: LogRecord.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .warning: 4
        case .error: 3
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
