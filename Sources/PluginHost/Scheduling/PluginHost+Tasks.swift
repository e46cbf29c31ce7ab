extension PluginHost {
    // MARK: Tasks

    /// Has work done at times, beside that of plugins (CH-1).
    ///
    /// ```swift
    /// try host.schedule("report", .cron("0 7 * * mon-fri", timeZone: "Europe/Berlin")) { run in
    ///     try await sendReport(upTo: run.due)
    /// }
    /// ```
    ///
    /// Two runs of one task never go on at once. A run that throws is logged and counted, and the task goes on. The task
    /// starts with its registration; its first run is at its first moment after that.
    ///
    /// - Parameters:
    ///   - name: A name that no other task has; those of plugins begin with the plugin's id and a slash.
    ///   - schedule: When it is due; every minute if nothing is said.
    ///   - missed: What is done about moments that pass while it can't run.
    ///   - deadline: How long a run may take: then its Swift task is cancelled, and the run counts as failed.
    ///   - startsAutomatically: Whether it starts at once, and not with ``startTask(_:)``.
    ///   - body: The work.
    /// - Throws: ``PluginError`` with `bad-configuration` for a schedule that is none, saying what is allowed, `conflict` if the
    ///   name is taken, or `shutting-down`.
    public func schedule(
        _ name: String,
        _ schedule: TaskSchedule = .standard,
        missed: MissedRuns = .once,
        deadline: Duration = .seconds(30),
        startsAutomatically: Bool = true,
        body: @escaping @Sendable (TaskRun) async throws -> Void
    ) throws(PluginError) {
        guard !name.isEmpty, name.utf8.count <= 256, LogText.oneLine(name) == name, !name.hasPrefix("host/") else {
            let rule = "it has to have 1 to 256 bytes in one line, and not to begin with 'host/'"
            let shown = CronExpression.Fault.quoted(name)
            throw PluginError(code: .badConfiguration, message: "\(shown) can't be the name of a task: \(rule)")
        }
        var declaration = TaskDeclaration(name: name, schedule: schedule.declared)
        declaration.missed = TaskDeclaration.Missed(rawValue: missed.rawValue) ?? .once
        declaration.deadline = deadline
        declaration.startsAutomatically = startsAutomatically
        try upkeep.tasks.register(TaskRecord(declaration, plugin: nil, body: .concurrent(body)))
    }

    /// Stops a task that was given to ``schedule(_:_:missed:deadline:startsAutomatically:body:)``, and forgets it.
    ///
    /// A run that goes on is cancelled. Tasks that a plugin has declared go with the plugin.
    ///
    /// - Parameter name: The task's name.
    /// - Throws: ``PluginError`` with `not-found`, or `conflict` if the task is a plugin's or the host's own.
    public func unschedule(_ name: String) throws(PluginError) {
        if let record = upkeep.tasks.record(name), record.plugin != nil || name.hasPrefix("host/") {
            let owner = record.plugin.map { "the plugin \($0)" } ?? "the host"
            throw PluginError(code: .conflict, message: "the task \(name) is one of \(owner); it can only be stopped")
        }
        try upkeep.tasks.unregister(name)
    }

    /// How a task stands; `nil` if there is none of that name.
    public func task(_ name: String) -> TaskStatus? {
        upkeep.tasks.status(name)
    }

    /// How all tasks stand, by name: the host's own, the program's and those of plugins.
    public func tasks() -> [TaskStatus] {
        upkeep.tasks.all()
    }

    /// Lets a task run at its times.
    ///
    /// - Parameter name: The task's name.
    /// - Throws: ``PluginError`` with `not-found`.
    public func startTask(_ name: String) throws(PluginError) {
        try upkeep.tasks.start(name)
    }

    /// Lets a task not run until it is started; a run that goes on ends as usual.
    ///
    /// - Parameter name: The task's name.
    /// - Throws: ``PluginError`` with `not-found`.
    public func stopTask(_ name: String) throws(PluginError) {
        try upkeep.tasks.stop(name)
    }

    /// Starts all tasks that are not started.
    public func startAllTasks() {
        upkeep.tasks.startAll()
    }

    /// Stops all tasks, also those of the host itself.
    public func stopAllTasks() {
        upkeep.tasks.stopAll()
    }

    /// Runs a task now, whether it is started or not, and waits for the end of that run.
    ///
    /// - Parameter name: The task's name.
    /// - Returns: How the task stands then; ``TaskStatus/lastError`` says whether the run failed.
    /// - Throws: ``PluginError`` with `not-found`, or `busy` if it runs already.
    public func runTask(_ name: String) async throws(PluginError) -> TaskStatus {
        try await upkeep.tasks.run(name)
    }
}
