extension ProgramStatus {
    /// The keys of `plugin-host processes --json`.
    enum CodingKeys: String, CodingKey {
        case id
        case name
        case state
        case pid
        case uptimeSeconds
        case restarts
        case command
        case lastEnd
        case lastError
        case droppedBytes
    }

    /// Writes every field; what there is none of is null, so that a reader always finds the key.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id, forKey: .id)
        try values.encode(name, forKey: .name)
        try values.encode(state, forKey: .state)
        try values.encode(pid, forKey: .pid)
        try values.encode(uptimeSeconds, forKey: .uptimeSeconds)
        try values.encode(restarts, forKey: .restarts)
        try values.encode(command, forKey: .command)
        try values.encode(lastEnd, forKey: .lastEnd)
        try values.encode(lastError, forKey: .lastError)
        try values.encode(droppedBytes, forKey: .droppedBytes)
    }
}
