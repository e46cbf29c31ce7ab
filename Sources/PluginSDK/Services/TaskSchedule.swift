internal import CPluginABI

/// The scheduled work of this plugin (CH-1).
///
/// Every plugin may schedule work, unless the operator denies `schedule`. Most declare it as a ``ScheduledTask``, which can be
/// started and stopped here by its name. A task that is registered here is a call of the method `ph.task/NAME`, which the
/// plugin adds to its ``MethodTable``; it ends with the generation that has registered it.
public struct TaskSchedule: Sendable {
    private struct Declaration: Encodable {
        var name: String
        var every: String?
        var cron: String?
        var timeZone: String?
    }

    private let context: PluginContext

    init(_ context: PluginContext) { self.context = context }

    /// Has the host call `ph.task/NAME` again and again; the same name again changes the times.
    public func register(_ name: String, every interval: Duration) throws {
        try register(Declaration(name: name, every: ComponentJSON.text(interval)))
    }

    /// Has the host call `ph.task/NAME` at the moments of a cron expression; the same name again changes them.
    ///
    /// - Parameters:
    ///   - name: 1 to 64 of `a-z A-Z 0-9 . _ -`.
    ///   - cron: Minute, hour, day of the month, month and day of the week.
    ///   - timeZone: Whose clock is meant, such as `Europe/Berlin`; `nil` for the host's.
    /// - Throws: ``PluginFailure`` with `badPayload` for what is no schedule, or another code.
    public func register(_ name: String, cron: String, timeZone: String? = nil) throws {
        try register(Declaration(name: name, cron: cron, timeZone: timeZone))
    }

    private func register(_ task: Declaration) throws {
        _ = try service.request("register", JSON.encode(task))
    }

    /// Takes a task away that was registered here.
    public func unregister(_ name: String) throws(PluginFailure) { try ask("unregister", name) }
    /// Lets a task run again.
    public func start(_ name: String) throws(PluginFailure) { try ask("start", name) }
    /// Lets a task rest until it is started again.
    public func stop(_ name: String) throws(PluginFailure) { try ask("stop", name) }

    private func ask(_ method: String, _ name: String) throws(PluginFailure) {
        _ = try service.request(method, Array(name.utf8))
    }

    private var service: HostService {
        get throws(PluginFailure) { try context.service(named: PH_TASKS_V1) }
    }
}
