extension ReloadResult {
    /// The keys of `plugin-host reload --json`.
    enum CodingKeys: String, CodingKey {
        case plugin
        case success
        case unchanged
        case generation
        case state
        case error
        case code
        case durationSeconds
        case holdSeconds
        case phases
        case statePreserved
        case attempts
        case warnings
    }

    /// Writes every field; an error that there is none of is null, so that a reader always finds the key.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(plugin, forKey: .plugin)
        try values.encode(success, forKey: .success)
        try values.encode(unchanged, forKey: .unchanged)
        try values.encode(generation, forKey: .generation)
        try values.encode(state, forKey: .state)
        try values.encode(error, forKey: .error)
        try values.encode(code, forKey: .code)
        try values.encode(durationSeconds, forKey: .durationSeconds)
        try values.encode(holdSeconds, forKey: .holdSeconds)
        try values.encode(phases, forKey: .phases)
        try values.encode(statePreserved, forKey: .statePreserved)
        try values.encode(attempts, forKey: .attempts)
        try values.encode(warnings, forKey: .warnings)
    }
}
