extension PluginEvent {
    /// Takes over how long the steps took, as far as there were any.
    mutating func note(_ phases: [ReloadResult.Phase], hold: Double) {
        guard !phases.isEmpty else { return }
        self.phases = phases
        holdSeconds = hold
    }
}
