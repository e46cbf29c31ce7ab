internal import LinuxSystem

/// How a reload or a rollback ended (HR-13).
public struct ReloadResult: Hashable, Sendable, Codable {
    /// One step of the transaction, in the order of time.
    public struct Phase: Hashable, Sendable, Codable {
        /// The name of the step.
        public var name: String
        /// How long it took.
        public var seconds: Double

        /// Creates a step.
        public init(name: String, seconds: Double) {
            self.name = name
            self.seconds = seconds
        }
    }

    /// The plugin's id.
    public var plugin: String
    /// Whether the new generation is in place, or the file is what is in place already.
    public var success: Bool
    /// Whether the file's content is in place already, so that nothing was done (HR-11).
    public var unchanged: Bool
    /// The generation that is in place now; 0 if none is.
    ///
    /// It serves unless ``state`` says otherwise.
    public var generation: UInt64
    /// The state of the plugin now, such as `running` or `stopped`; `nil` if there is no such plugin.
    public var state: String?
    /// What failed, and why.
    public var error: String?
    /// The kind of the failure.
    public var code: String?
    /// How long it took in all.
    public var durationSeconds: Double
    /// How long calls were held.
    public var holdSeconds: Double
    /// How long each step took.
    public var phases: [Phase]
    /// Whether the state moved over.
    public var statePreserved: Bool
    /// How many attempts were made at this build.
    public var attempts: Int
    /// Which plugins go on beside this version that they can't do with, and why; `nil` if there is none.
    public var warnings: [String]?

    init(
        plugin: String,
        success: Bool = false,
        unchanged: Bool = false,
        generation: UInt64 = 0,
        state: PluginState? = nil,
        error: PluginError? = nil,
        duration: Duration = .zero,
        hold: Duration = .zero,
        phases: [Phase] = [],
        attempts: Int = 0
    ) {
        self.plugin = plugin
        self.success = success
        self.unchanged = unchanged
        self.generation = generation
        self.state = state?.name
        self.error = error?.message
        code = error?.code.name
        durationSeconds = duration.inSeconds
        holdSeconds = hold.inSeconds
        self.phases = phases
        statePreserved = false
        self.attempts = attempts
    }
}
