internal import FoundationEssentials

/// The JSON of files, socket and command line: sorted keys, moments in ISO 8601 with milliseconds.
package enum JSONCoding {
    /// The value as JSON, on one line unless it is for people to read.
    package static func encode(_ value: some Encodable, forPeople: Bool = false) throws(PluginError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if forPeople { encoder.outputFormatting.insert(.prettyPrinted) }
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(TimestampText.format(date))
        }
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw PluginError(code: .internalError, message: "\(type(of: value)) can't be written as JSON: \(error)")
        }
    }

    /// The value that the JSON stands for; the error has the code `bad-payload` and names the key.
    package static func decode<Value: Decodable>(
        _ type: Value.Type = Value.self,
        from bytes: [UInt8]
    ) throws(PluginError) -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            if let date = TimestampText.parse(text) { return date }
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is no time such as 2026-11-18T11:06:40.001Z"
            )
        }
        do {
            return try decoder.decode(type, fromAnything: Data(bytes))
        } catch {
            throw PluginError(code: .badPayload, message: explain(error))
        }
    }

    static func explain(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "no JSON: \(error)" }
        switch error {
        case .keyNotFound(let key, let context): return "\(path(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "\(path(context.codingPath)) has a wrong type: \(context.debugDescription)"
        case .dataCorrupted(let context):
            let place = context.codingPath.isEmpty ? "" : "\(path(context.codingPath)): "
            return place + context.debugDescription
        @unknown default: return "\(error)"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.isEmpty ? "the value" : keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
}
