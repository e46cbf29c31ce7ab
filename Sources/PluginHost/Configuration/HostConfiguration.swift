/// Everything that can be chosen about a host, with the defaults of HR-2.
public struct HostConfiguration: Hashable, Sendable {
    /// The directories that are watched for plugins.
    public var pluginDirectories: [String]
    /// Where state, history and builds are kept.
    ///
    /// One host at a time.
    public var stateDirectory: String
    /// Where the images that are loaded lie; best on a memory file system.
    ///
    /// `nil` stands for a directory inside the state directory.
    public var imageDirectory: String?

    /// What makes the host trust a file.
    public var trust = TrustPolicy.owner
    /// The file with the keys of those who may sign plugins, as `ssh-keygen` reads it.
    ///
    /// Needed for ``TrustPolicy/signed``, and only there.
    public var allowedSigners: String?
    /// Which plugins signers may provide, by their names in the file; `*` stands for any text.
    ///
    /// Who is not here may provide all.
    public var signers: [String: [String]] = [:]
    /// The SHA-256 of the builds that may be loaded, in hexadecimal digits.
    ///
    /// Needed for ``TrustPolicy/pinned``, and only there.
    public var pins: [String] = []

    /// When a changed file is reloaded.
    public var strategy = ReloadStrategy.debounced(.seconds(1))
    /// Whether the state moves from one generation to the next.
    public var preservesState = true
    /// Whether a generation that fails in its probation time is replaced by the one before.
    public var rollsBackAutomatically = true
    /// How often the same build is tried before it is quarantined.
    public var maximumAttempts = 3
    /// How long to wait between two attempts.
    public var cooldown = Duration.seconds(5)
    /// The extension of plugin files, without a dot.
    public var fileExtension = "so"
    /// Names that are never looked at; `*` stands for any text.
    public var ignoredNames = ["*.tmp", "*.swp", "*~"]
    /// Whether directories inside the plugin directories are watched too.
    public var isRecursive = false
    /// How many file events are handled one by one in a second; more of them become one scan.
    public var maximumEventsPerSecond = 100
    /// How long the host may take to stop.
    public var shutdownTimeout = Duration.seconds(30)
    /// Whether plugins that don't depend on each other reload side by side.
    public var reloadsInParallel = false

    /// How long a file may be gone before its plugin is unloaded; a build deletes and creates.
    public var removalGrace = Duration.seconds(2)
    /// How long a reload waits for the calls in flight.
    public var drainTimeout = Duration.seconds(10)
    /// How long one lifecycle function of a plugin may take.
    public var lifecycleTimeout = Duration.seconds(30)
    /// How many calls of one plugin may be held at once; more are refused as busy.
    public var maximumHeldCalls = 10_000
    /// How long a new generation is on probation; zero for none.
    public var probation = Duration.seconds(10)
    /// How many calls may fail in the probation time before the host rolls back.
    public var probationFailures = 10
    /// How often the health of a generation on probation is asked for.
    public var probationHealthInterval = Duration.seconds(1)
    /// Where plugins run (RS-1).
    public var isolation = Isolation.inProcess
    /// The program `plugin-runner`.
    ///
    /// `nil` stands for the one beside the host's own program.
    public var runner: String?
    /// Whether a new build is tried in a disposable runner before it is loaded into this process.
    public var probesBuilds = true
    /// How many runners are kept ready.
    public var warmRunners = 1
    /// How long a runner may take until it has reported (RS-2).
    public var runnerStartTimeout = Duration.seconds(30)
    /// How long a call to an isolated plugin may take if its caller does not say (RS-3).
    public var callTimeout = Duration.seconds(30)
    /// How often a runner that has crashed is started again, and how soon (RS-7).
    public var restartLimits = RestartLimits()
    /// From how many crashes of the host on a plugin is moved to a process of its own; 0 for never.
    public var crashesBeforeIsolation = 3
    /// How often the health of plugins is asked for; zero for never (LM-2).
    public var healthInterval = Duration.seconds(30)
    /// How often the state of running plugins is saved; zero for never.
    public var checkpointInterval = Duration.seconds(60)
    /// How many snapshots, and how many generations, are kept of each plugin.
    public var historyLimit = 10
    /// From how many retired generations on the host warns.
    public var retiredGenerationsWarning = 100
    /// How many values plugins may share at once.
    public var maximumSharedValues = 10_000
    /// How many bytes those values, with their keys, may have together.
    public var maximumSharedBytes = 16 << 20
    /// What becomes of an isolated plugin if a layer of its sandbox can't hold.
    public var sandbox = SandboxPolicy.bestEffort
    /// Whether each runner gets a control group of its own.
    public var controlGroup = ControlGroupPolicy.off
    /// How much of the machine each runner may use.
    public var runnerLimits = RunnerLimits()
    /// How many messages a gateway may bring in a second, on average (RS-11).
    public var messageRate = 100
    /// How many messages a gateway may bring at once after a quiet time.
    public var messageBurst = 200
    /// How many ids of messages are remembered for each gateway, so that doubles are dropped.
    public var messageKeys = 10_000
    /// For how long the ids of messages are remembered.
    public var messageKeyAge = Duration.seconds(600)
    /// Which plugins are granted which permissions (RS-13).
    public var permissions = PermissionPolicy()
    /// How often the host looks after its parts; zero for never (CH-3).
    public var heartbeatInterval = Duration.seconds(30)
    /// How often the host removes what it keeps no longer; zero for never (CH-2).
    public var cleanUpInterval = Duration.seconds(3600)
    /// How long crash reports are kept; zero for ever.
    public var crashReportAge = Duration.seconds(30 * 24 * 3600)
    /// The file that metrics are left in, for the text collector of node_exporter, which wants a name with `.prom`; none
    /// without.
    public var metricsFile: String?
    /// How often the file with metrics is replaced.
    public var metricsInterval = Duration.seconds(15)
    /// The least level that is logged (CH-4).
    public var logLevel = LogRecord.Level.info
    /// The least level that is logged of single plugins, by their ids, and of the host itself as `host`.
    public var logLevels: [String: LogRecord.Level] = [:]
    /// How many records a second one plugin may log for long; zero for no limit.
    public var logRate = 500
    /// Where the log is kept.
    public var logFile = LogPlace.standard
    /// At how many bytes the file of the log begins anew.
    public var logFileSize = 10_000_000
    /// How many full files of the log are kept beside the present one.
    public var logFileCount = 5
    /// The settings of each plugin, by its id (PL-5).
    public var plugins: [String: PluginSettings] = [:]
    /// The programs that the host runs and looks after, by their ids (PM-1).
    public var processes: [String: ProgramSettings] = [:]

    /// Creates a configuration with the defaults.
    public init(pluginDirectories: [String], stateDirectory: String) {
        self.pluginDirectories = pluginDirectories
        self.stateDirectory = stateDirectory
    }
}
