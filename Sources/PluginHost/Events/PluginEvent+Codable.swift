internal import FoundationEssentials

extension PluginEvent {
    /// The keys of `plugin-host events --json`.
    enum CodingKeys: String, CodingKey {
        case time
        case event
        case plugin
        case program
        case generation
        case attempt
        case path
        case success
        case durationSeconds
        case holdSeconds
        case phases
        case error
        case reason
        case old
        case new
        case type
        case data
    }

    /// Reads an event; bytes come as base64.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(try values.decode(Kind.self, forKey: .event))
        time = try values.decode(Date.self, forKey: .time)
        plugin = try values.decodeIfPresent(String.self, forKey: .plugin)
        program = try values.decodeIfPresent(String.self, forKey: .program)
        generation = try values.decodeIfPresent(UInt64.self, forKey: .generation)
        attempt = try values.decodeIfPresent(Int.self, forKey: .attempt)
        path = try values.decodeIfPresent(String.self, forKey: .path)
        success = try values.decodeIfPresent(Bool.self, forKey: .success)
        durationSeconds = try values.decodeIfPresent(Double.self, forKey: .durationSeconds)
        holdSeconds = try values.decodeIfPresent(Double.self, forKey: .holdSeconds)
        phases = try values.decodeIfPresent([ReloadResult.Phase].self, forKey: .phases)
        error = try values.decodeIfPresent(String.self, forKey: .error)
        reason = try values.decodeIfPresent(String.self, forKey: .reason)
        old = try values.decodeIfPresent(String.self, forKey: .old)
        new = try values.decodeIfPresent(String.self, forKey: .new)
        type = try values.decodeIfPresent(String.self, forKey: .type)
        if let text = try values.decodeIfPresent(String.self, forKey: .data) {
            guard let bytes = Data(base64Encoded: text) else {
                throw DecodingError.dataCorruptedError(forKey: .data, in: values, debugDescription: "no base64")
            }
            data = Array(bytes)
        }
    }

    /// Writes the event; fields that it does not have are left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(time, forKey: .time)
        try values.encode(event, forKey: .event)
        try values.encodeIfPresent(plugin, forKey: .plugin)
        try values.encodeIfPresent(program, forKey: .program)
        try values.encodeIfPresent(generation, forKey: .generation)
        try values.encodeIfPresent(attempt, forKey: .attempt)
        try values.encodeIfPresent(path, forKey: .path)
        try values.encodeIfPresent(success, forKey: .success)
        try values.encodeIfPresent(durationSeconds, forKey: .durationSeconds)
        try values.encodeIfPresent(holdSeconds, forKey: .holdSeconds)
        try values.encodeIfPresent(phases, forKey: .phases)
        try values.encodeIfPresent(error, forKey: .error)
        try values.encodeIfPresent(reason, forKey: .reason)
        try values.encodeIfPresent(old, forKey: .old)
        try values.encodeIfPresent(new, forKey: .new)
        try values.encodeIfPresent(type, forKey: .type)
        try values.encodeIfPresent(data.map { Data($0).base64EncodedString() }, forKey: .data)
    }
}
