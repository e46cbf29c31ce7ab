public import struct FoundationEssentials.Date

/// How a plugin stands, at one moment.
public struct PluginStatus: Hashable, Sendable, Codable {
    /// A build that is set aside (HR-5).
    public struct Quarantine: Hashable, Sendable, Codable {
        /// Why the build was set aside.
        public var reason: String
        /// The SHA-256 of the file's content.
        public var build: String
        /// When it was set aside.
        public var time: Date
        /// The name of the failure's code; `nil` if nothing failed: the build was rolled back from.
        public var code: String?

        /// Creates an entry.
        public init(reason: String, build: String, time: Date, code: String? = nil) {
            self.reason = reason
            self.build = build
            self.time = time
            self.code = code
        }

        /// Whether the build failed for want of space, memory or rights: whoever asks for it again gets another attempt.
        package var isOfHost: Bool {
            [PluginError.Code.storage, .exhausted].contains { $0.name == code }
        }

        /// The build that is not to be loaded.
        package var refusedBuild: String? { isOfHost ? nil : build }
    }

    /// The plugin's id; the file's name for a file that never said its id.
    public var id: String
    /// The name for people.
    public var name: String
    /// The semantic version.
    public var version: String
    /// The name of the state that it is in (PL-3).
    public var state: String
    /// Where it runs.
    public var isolation: String
    /// The generation that is loaded, whether it serves or not; 0 if none is.
    public var generation: UInt64
    /// How many generations were replaced and are still mapped.
    public var retiredGenerations: Int
    /// The bytes of address space that the retired generations hold.
    public var retiredBytes: Int
    /// The watched file.
    public var path: String
    /// The SHA-256 of the content that is loaded; empty if none is.
    public var build: String
    /// How many reloads ended well.
    public var reloads: Int
    /// How many attempts failed.
    public var failedReloads: Int
    /// How many attempts were made at the build in the directory, if it does not serve yet.
    public var attempts: Int
    /// When the next attempt is made.
    public var nextRetry: Date?
    /// The build that is set aside.
    public var quarantine: Quarantine?
    /// The error that came last.
    public var lastError: String?
    /// How many calls were answered, well or not, over all generations of this run.
    public var calls: UInt64
    /// How many of them failed.
    public var failedCalls: UInt64
    /// How many calls the plugin is working on; what the host asks it between them is none.
    public var inFlight: Int
    /// How many calls wait for a reload to end, or for their turn.
    public var heldCalls: Int
    /// Whether the generation that serves is on probation.
    public var onProbation: Bool
    /// Whether a change of the file waits: for a command, or until the plugin goes on that is paused.
    public var pendingChange: Bool
    /// How long the generation serves; `nil` if none does.
    public var uptimeSeconds: Double?
    /// How long it took to load the generation, its image included.
    public var loadSeconds: Double?
    /// How long it took to initialise it.
    public var initialiseSeconds: Double?
    /// Its health when it was asked last; `nil` before.
    public var health: HealthReport?
    /// How often it was started again after a crash, in this run.
    public var restarts = 0
    /// What the plugin says of itself (PL-4).
    public var descriptor: PluginDescriptor?
    /// What it asks to be allowed, and what it gets (RS-13); `nil` for a file that never said what it is.
    public var permissions: PermissionDecision?
    /// What holds of the sandbox around its process; `nil` where there is none.
    public var sandbox: SandboxStatus?
    /// How long its calls take, as far as they are timed; `nil` before the first call.
    public var latency: CallLatency?
    /// How many calls did not end well, by kind.
    public var outcomes: CallOutcomes?
    /// The memory of the process that it runs in, which the plugins of a group share; `nil` in the host's own process.
    public var memory: ProcessMemory?
}
