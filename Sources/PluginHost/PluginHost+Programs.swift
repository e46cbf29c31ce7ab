extension PluginHost {
    /// The managed programs, by id (PM-2).
    public func programs() async -> [ProgramStatus] {
        await programs.all
    }

    /// The managed programs, counted (PM-4).
    public func programSummary() async -> ProgramSummary {
        await programs.summary
    }

    /// Starts a managed program.
    ///
    /// - Parameter id: Its id in the configuration.
    /// - Returns: How it stands then.
    /// - Throws: ``PluginError`` with `illegal-transition` if it runs already, `not-found` if there is no such program or the
    ///   configuration names nothing that can be run.
    public func startProgram(_ id: String) async throws(PluginError) -> ProgramStatus {
        try await programs.start(id)
    }

    /// Ends a managed program, and all that it has started in its process group (PM-3).
    ///
    /// - Parameters:
    ///   - id: Its id in the configuration.
    ///   - atOnce: Whether it is killed at once; else it is asked to end, and killed after its `stopTimeout`.
    /// - Returns: How it stands then; one that did not run stays as it was.
    /// - Throws: ``PluginError`` with `not-found` if there is no such program, `timed-out` if not even the kernel could end it.
    public func stopProgram(_ id: String, atOnce: Bool = false) async throws(PluginError) -> ProgramStatus {
        try await programs.stop(id, atOnce: atOnce)
    }

    /// Ends a managed program if it runs, and starts it with the same configuration (PM-3).
    ///
    /// - Parameters:
    ///   - id: Its id in the configuration.
    ///   - atOnce: Whether it is killed at once.
    /// - Returns: How it stands then.
    /// - Throws: As ``stopProgram(_:atOnce:)`` and ``startProgram(_:)``.
    public func restartProgram(_ id: String, atOnce: Bool = false) async throws(PluginError) -> ProgramStatus {
        try await programs.restart(id, atOnce: atOnce)
    }
}
