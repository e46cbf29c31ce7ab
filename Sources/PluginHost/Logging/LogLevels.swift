/// The least level that is logged, of everybody and of some.
package struct LogLevels: Hashable, Sendable, Codable {
    /// Of all that are not named.
    package var standard: LogRecord.Level
    /// Of plugins by their ids; of the host itself as `host`.
    package var byName: [String: LogRecord.Level]

    package init(standard: LogRecord.Level = .info, byName: [String: LogRecord.Level] = [:]) {
        self.standard = standard
        self.byName = byName
    }

    func level(of name: String) -> LogRecord.Level { byName[name] ?? standard }

    private enum CodingKeys: String, CodingKey {
        case standard = "level"
        case byName = "levels"
    }

    /// Reads levels by their names.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func level(_ name: String) throws -> LogRecord.Level {
            guard let level = LogRecord.Level(named: name) else {
                throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no level"))
            }
            return level
        }
        standard = try level(try values.decode(String.self, forKey: .standard))
        byName = try values.decode([String: String].self, forKey: .byName).mapValues(level)
    }

    /// Writes levels by their names.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(standard.name, forKey: .standard)
        try values.encode(byName.mapValues(\.name), forKey: .byName)
    }
}
