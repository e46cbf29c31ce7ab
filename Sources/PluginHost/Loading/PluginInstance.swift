internal import PluginLoading

/// One running copy of a plugin: what an image fulfils.
///
/// The seam between the host and the place where a plugin runs: the reload transaction, checkpoints and health checks
/// know a plugin only by this. Each function does what the one of its name in `ph_instance_v1_t` does, in the states that
/// are given there; they are called one at a time.
protocol PluginInstance: Sendable {
    /// The way for calls into this instance.
    var lane: UnsafePointer<CallLane> { get }
    /// Whether there is a state to save.
    var hasState: Bool { get }
    /// Whether it may contribute components.
    var declaresComponents: Bool { get }
    /// Whether it takes new settings while it runs.
    var isConfigurable: Bool { get }

    func perform(_ step: LifecycleStep) throws(PluginError)
    func initialise(_ configuration: [UInt8]) throws(PluginError)
    /// What it contributes, as one JSON object; `nil` for nothing (RS-9).
    func declareComponents() throws(PluginError) -> [UInt8]?
    /// Gives it new settings, beside calls if it is concurrent; after an error it goes on with those that it had (PL-5).
    func configure(_ configuration: [UInt8]) throws(PluginError)
    func saveState() throws(PluginError) -> SavedState
    func checkState(_ state: SavedState) throws(PluginError)
    func restoreState(_ state: SavedState) throws(PluginError)
    func checkHealth() -> PluginHealth
    func statistics() throws(PluginError) -> [UInt8]
    /// Tells what became of a plugin that this one depends on.
    func dependencyChanged(_ id: String, _ change: DependencyChange, generation: UInt64)
    /// Ends the instance; nothing of it may be used afterwards.
    func destroy()
}
