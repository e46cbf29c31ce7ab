internal import PluginHost

/// Writes the log of a host to standard error, one record a line.
struct LogWriter: Sendable {
    /// How records look.
    enum Format: String, CaseIterable, Sendable {
        case text
        case json
        /// As the system's journal reads it.
        case journal
    }

    let streams: CommandStreams
    let format: Format
    /// The least level of what is not a host's, which has levels of its own.
    let level: LogRecord.Level

    /// Writes a record.
    func write(_ record: LogRecord) {
        switch format {
        case .text: streams.sayAsItIs(LogLine.text(record, colour: streams.colour))
        case .journal: streams.say(LogLine.journal(record))
        case .json:
            guard let bytes = try? JSONCoding.encode(record.json) else { return }
            try? streams.error(bytes + [UInt8(ascii: "\n")])
        }
    }

    /// Writes what the program around a host has to say.
    func say(_ message: String, level: LogRecord.Level = .info) {
        guard level >= self.level else { return }
        write(LogRecord(level, "host", message))
    }
}
