internal import struct FoundationEssentials.Date

extension LogRecord.Level {
    /// The name, as it stands in logs and configurations.
    public var name: String {
        switch self {
        case .trace: "trace"
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    /// Finds the level with a name; there are `trace`, `debug`, `info`, `warning` and `error`.
    public init?(named name: String) {
        guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }

    /// The names of all levels, the least first, for people.
    package static let list = "trace, debug, info, warning and error"
}

extension LogRecord: Codable {
    /// The record as one JSON object; no field takes the place of a part.
    package var json: [String: JSONValue] {
        var values = fields
        values["time"] = .string(TimestampText.format(time))
        values["level"] = .string(level.name)
        values["name"] = .string(name)
        values["message"] = .string(message)
        if let plugin { values["plugin"] = .string(plugin) }
        if let generation { values["generation"] = .integer(Int64(clamping: generation)) }
        return values
    }

    /// Writes the record as one object.
    public func encode(to encoder: any Encoder) throws {
        try json.encode(to: encoder)
    }

    /// Reads a record; what is no part of it is a field.
    public init(from decoder: any Decoder) throws {
        var values = try [String: JSONValue](from: decoder)
        func text(_ key: String) throws -> String {
            guard case .string(let text) = values.removeValue(forKey: key) else {
                throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no \(key)"))
            }
            return text
        }
        let (moment, levelName) = (try text("time"), try text("level"))
        guard let time = TimestampText.parse(moment), let level = Level(named: levelName) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no record"))
        }
        self.init(level, try text("name"), try text("message"))
        self.time = time
        if case .string(let id) = values.removeValue(forKey: "plugin") { plugin = id }
        if case .integer(let number) = values.removeValue(forKey: "generation"), number >= 0 {
            generation = UInt64(number)
        }
        fields = values
    }
}
