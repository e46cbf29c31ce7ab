internal import LinuxSystem

// What plugins contribute and share.
extension PluginHost {
    // MARK: Components

    /// What plugins contribute beside their methods (RS-9), by their ids.
    ///
    /// - Parameter id: The plugin's id; `nil` for all plugins that contribute something.
    /// - Returns: What each of them contributes.
    /// - Throws: ``PluginError`` with `not-found` if there is no such plugin.
    package func components(of id: String? = nil) async throws(PluginError) -> [PluginComponents] {
        let catalogue = conductor.environment.components
        guard let id else { return catalogue.all.map(PluginComponents.init) }
        _ = try await conductor.slot(of: id)
        return catalogue.entry(of: id).map { [PluginComponents($0)] } ?? []
    }

    /// The values that plugins share, with each other and with this program (PL-6).
    public var sharedState: SharedState { conductor.environment.sharedState }

    /// Reads the shared values that were kept, and keeps them from now on.
    static func makeSharedState(
        _ configuration: HostConfiguration,
        _ directory: StateDirectory,
        _ storage: WorkerPool,
        _ calls: FileCalls,
        _ log: @escaping @Sendable (LogRecord) -> Void
    ) -> SharedState {
        let keeper = SharedStateKeeper(path: directory.sharedStatePath, storage: storage, calls: calls) { message in
            log(LogRecord(.error, "host", message))
        }
        let limits = SharedStateLimits(
            values: configuration.maximumSharedValues,
            bytes: configuration.maximumSharedBytes
        )
        return SharedState(limits, keeper: keeper, contents: keeper.load())
    }
}
