internal import RunnerProtocol

/// How runners are started, and how long they may take.
struct RunnerSettings: Sendable {
    /// The program `plugin-runner`.
    var executable: String
    var startTimeout: Duration
    /// How long one lifecycle function of a plugin may take.
    var lifecycleTimeout: Duration
    /// How long a call may take whose caller does not say.
    var callTimeout: Duration
    /// How long a runner that was asked to end, and one that was told to, is given (RS-6).
    var endPatience = Duration.seconds(5)
    /// How long one that has crashed may take for its backtrace.
    var tracePatience = Duration.seconds(60)
    /// How many are kept ready.
    var warm: Int
    /// What a runner may do that serves a plugin of this id, or of one that is not known yet, which asks for so much.
    var sandbox: @Sendable (_ plugin: String?, _ asked: [String]) -> RunnerSandboxing
    /// Their control groups; `nil` if they have none.
    var groups: RunnerGroups?
    /// Makes what a host and a runner share for one plugin.
    var makeMemory: @Sendable () throws(ChannelSetupError) -> ChannelMemory = { () throws(ChannelSetupError) in
        try ChannelMemory()
    }
    /// Takes the report of a crash, once that is complete.
    var report: @Sendable (CrashReport) -> Void
    /// Takes what the operator should know.
    var warn: @Sendable (String) -> Void
    /// Takes what a runner prints, a line at a time, with who prints it.
    var print: @Sendable (_ label: String, _ line: String) -> Void
}
