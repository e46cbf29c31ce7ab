extension PluginHost {
    /// How the plugins have been since this host started, as far as they were asked, by their ids (LM-2).
    ///
    /// - Returns: The newest spans of each plugin, oldest first.
    public func healthHistory() async -> [String: [HealthSpan]] {
        await conductor.healthHistory()
    }
}
