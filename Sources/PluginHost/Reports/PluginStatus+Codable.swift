extension PluginStatus {
    /// The keys of `plugin-host status --json`.
    enum CodingKeys: String, CodingKey {
        case id
        case name
        case version
        case state
        case isolation
        case generation
        case retiredGenerations
        case retiredBytes
        case path
        case build
        case reloads
        case failedReloads
        case attempts
        case nextRetry
        case quarantine
        case lastError
        case calls
        case failedCalls
        case inFlight
        case heldCalls
        case onProbation
        case pendingChange
        case uptimeSeconds
        case loadSeconds
        case initialiseSeconds
        case health
        case restarts
        case descriptor
        case permissions
        case sandbox
        case latency
        case outcomes
        case memory
    }

    /// Writes every field; what there is none of is null, so that a reader always finds the key.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id, forKey: .id)
        try values.encode(name, forKey: .name)
        try values.encode(version, forKey: .version)
        try values.encode(state, forKey: .state)
        try values.encode(isolation, forKey: .isolation)
        try values.encode(generation, forKey: .generation)
        try values.encode(retiredGenerations, forKey: .retiredGenerations)
        try values.encode(retiredBytes, forKey: .retiredBytes)
        try values.encode(path, forKey: .path)
        try values.encode(build, forKey: .build)
        try values.encode(reloads, forKey: .reloads)
        try values.encode(failedReloads, forKey: .failedReloads)
        try values.encode(attempts, forKey: .attempts)
        try values.encode(nextRetry, forKey: .nextRetry)
        try values.encode(quarantine, forKey: .quarantine)
        try values.encode(lastError, forKey: .lastError)
        try values.encode(calls, forKey: .calls)
        try values.encode(failedCalls, forKey: .failedCalls)
        try values.encode(inFlight, forKey: .inFlight)
        try values.encode(heldCalls, forKey: .heldCalls)
        try values.encode(onProbation, forKey: .onProbation)
        try values.encode(pendingChange, forKey: .pendingChange)
        try values.encode(uptimeSeconds, forKey: .uptimeSeconds)
        try values.encode(loadSeconds, forKey: .loadSeconds)
        try values.encode(initialiseSeconds, forKey: .initialiseSeconds)
        try values.encode(health, forKey: .health)
        try values.encode(restarts, forKey: .restarts)
        try values.encode(descriptor, forKey: .descriptor)
        try values.encode(permissions, forKey: .permissions)
        try values.encode(sandbox, forKey: .sandbox)
        try values.encode(latency, forKey: .latency)
        try values.encode(outcomes, forKey: .outcomes)
        try values.encode(memory, forKey: .memory)
    }
}
