internal import LinuxSystem

extension PluginHost {
    // MARK: Heartbeat

    /// How the host and its parts are (CH-3), as the last beat found them.
    ///
    /// Parts of which nothing is known yet are asked, and so are all if the host does not ask them by itself.
    public func heartbeat() async -> HeartbeatStatus {
        let monitor = upkeep.heartbeat
        if conductor.environment.configuration.heartbeatInterval > .zero {
            let known = monitor.status()
            guard known.state == .unknown else { return known }
        }
        return await conductor.environment.examiners.run { monitor.beat() }
    }

    /// Makes something of the program around the host a part of the heartbeat (CH-3).
    ///
    /// The part is healthy while it reports itself alive, or its check says so, within twice the interval.
    ///
    /// - Parameters:
    ///   - name: A name that no other part has.
    ///   - interval: How often it reports; that of the heartbeat if nothing is said.
    ///   - check: Says what is wrong, or `nil`; it is asked at each beat, and not again before it has answered.
    /// - Throws: ``PluginError`` with `conflict` if the name is taken, or kept for a part of the host's own, `bad-configuration`
    ///   for an interval of nothing.
    public func registerHeartbeat(
        _ name: String,
        interval: Duration? = nil,
        check: (@Sendable () async -> String?)? = nil
    ) throws(PluginError) {
        guard !HostUpkeep.ownParts.contains(name), !name.hasPrefix(PluginHeartbeats.name(of: "")) else {
            throw PluginError(
                code: .conflict,
                message: "'\(name)' is kept for a part of the host's own; choose another name"
            )
        }
        let asks = check.map { check -> HeartbeatMonitor.Check in
            { report in Task { report(await check()) } }
        }
        try upkeep.heartbeat.register(name, interval: interval, check: asks)
    }

    /// Takes a part out of the heartbeat.
    ///
    /// - Parameter name: Its name.
    public func unregisterHeartbeat(_ name: String) {
        upkeep.heartbeat.unregister(name)
    }

    /// Reports that a part is alive, and no longer in error.
    ///
    /// - Parameter name: Its name.
    public func reportAlive(_ name: String) {
        upkeep.heartbeat.alive(name)
    }

    /// Reports an error of a part, which is in error until it is alive again; the last 10 are kept.
    ///
    /// - Parameters:
    ///   - error: What is wrong.
    ///   - name: The part's name.
    public func reportError(_ error: String, of name: String) {
        upkeep.heartbeat.fail(name, error)
    }
}
