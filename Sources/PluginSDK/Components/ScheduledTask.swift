/// Work that the host has the plugin do at times (CH-1).
///
/// ```swift
/// ScheduledTask("tidy", every: .seconds(60)) { shop, run in try shop.tidy() }
/// ScheduledTask("report", cron: "0 6 * * 1-5", timeZone: "Europe/Berlin") { shop, run in try shop.report() }
/// ```
///
/// Two runs of one task never overlap.
public struct ScheduledTask<Instance: AnyObject>: Sendable {
    let part: Components<Instance>.Part

    /// Creates a task that runs again and again.
    ///
    /// - Parameters:
    ///   - name: 1 to 64 of `a-z A-Z 0-9 . _ -`; another one for each task of the plugin.
    ///   - interval: The time from one run to the next.
    ///   - missed: What is done about moments that passed while it could not run.
    ///   - deadline: How long a run may take.
    ///   - startsAutomatically: Whether it runs without somebody starting it.
    ///   - run: Does the work; an error is logged, and the task goes on.
    public init(
        _ name: String,
        every interval: Duration,
        missed: MissedRuns = .once,
        deadline: Duration = .seconds(30),
        startsAutomatically: Bool = true,
        run: @escaping @Sendable (Instance, TaskRun) throws -> Void
    ) {
        let declaration = ComponentJSON.Task(
            name: name,
            every: ComponentJSON.text(interval),
            missed: missed.rawValue,
            deadline: ComponentJSON.text(deadline),
            startsAutomatically: startsAutomatically
        )
        self.init(declaration, run)
    }

    /// Creates a task that runs at the moments of a cron expression.
    ///
    /// - Parameters:
    ///   - name: 1 to 64 of `a-z A-Z 0-9 . _ -`; another one for each task of the plugin.
    ///   - cron: Minute, hour, day of the month, month and day of the week.
    ///   - timeZone: Whose clock is meant, such as `Europe/Berlin`; `nil` for the host's.
    ///   - missed: What is done about moments that passed while it could not run.
    ///   - deadline: How long a run may take.
    ///   - startsAutomatically: Whether it runs without somebody starting it.
    ///   - run: Does the work; an error is logged, and the task goes on.
    public init(
        _ name: String,
        cron: String,
        timeZone: String? = nil,
        missed: MissedRuns = .once,
        deadline: Duration = .seconds(30),
        startsAutomatically: Bool = true,
        run: @escaping @Sendable (Instance, TaskRun) throws -> Void
    ) {
        let declaration = ComponentJSON.Task(
            name: name,
            cron: cron,
            timeZone: timeZone,
            missed: missed.rawValue,
            deadline: ComponentJSON.text(deadline),
            startsAutomatically: startsAutomatically
        )
        self.init(declaration, run)
    }

    private init(
        _ declaration: ComponentJSON.Task,
        _ run: @escaping @Sendable (Instance, TaskRun) throws -> Void
    ) {
        part = Components.Part(.task(declaration), "ph.task/\(declaration.name)") { instance, input, _, _ in
            try run(instance, try JSON.decode(TaskRun.self, from: input, failingWith: .badPayload, "the task's run"))
        }
    }
}
