internal import LinuxSystem

/// What is done when a task is due.
enum TaskBody: Sendable {
    /// Runs on a worker's thread, which may wait until the deadline.
    case blocking(@Sendable (TaskRun, MonotonicInstant) throws(PluginError) -> Void)
    /// Runs as a Swift task, which is cancelled at the deadline.
    case concurrent(@Sendable (TaskRun) async throws -> Void)
}

/// A task as the host keeps it.
struct TaskRecord: Sendable {
    enum Phase: Sendable {
        /// Waits for its time, or for nothing.
        case idle
        /// Its time has come, and it waits for a thread.
        case ready
        case running
        /// Runs still, though its deadline has passed and nobody waits for it.
        case overdue
    }

    /// With the full name, of a plugin's task `PLUGIN/NAME`.
    let declaration: TaskDeclaration
    /// The plugin that it belongs to; `nil`: the host's, or that of the program around it.
    let plugin: String?
    /// Whether the plugin has asked for it while running, and not declared it.
    let isDynamic: Bool
    let plan: TaskPlan
    let body: TaskBody
    /// Tells registrations of one name apart.
    var serial: UInt64 = 0
    var isStarted = true
    var phase = Phase.idle
    /// How many moments have passed without a run since the last run began.
    var pending = 0
    /// The moment of the next run, in nanoseconds since 1970.
    var due: Int64 = 0
    /// When the present run began, or the last one.
    var began: TaskTime?

    var runs: UInt64 = 0
    var failures: UInt64 = 0
    var missed: UInt64 = 0
    var failuresInARow: UInt64 = 0
    var lastNanoseconds: Int64?
    var lastError: String?

    init(
        _ declaration: TaskDeclaration,
        plugin: String?,
        isDynamic: Bool = false,
        body: TaskBody
    ) throws(PluginError) {
        plan = try TaskPlan(declaration)
        self.declaration = declaration
        self.plugin = plugin
        self.isDynamic = isDynamic
        self.body = body
    }

    var name: String { declaration.name }
}
