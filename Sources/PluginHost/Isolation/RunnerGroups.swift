internal import LinuxSystem
internal import RunnerSandbox
internal import Synchronization

/// The control groups of runners, which hold all that a runner starts.
final class RunnerGroups: Sendable {
    private let group: ControlGroup
    private let isRequired: Bool
    private let warn: @Sendable (String) -> Void
    /// Those whose processes are being ended.
    private let leaving: Mutex<[ControlGroup.Member]>

    /// Takes the control group of this process over, as the configuration wants it; `nil` if there is to be none.
    ///
    /// Says at that level of the log how it went; throws if one is required and can't be had, or can't hold the limits.
    init?(
        _ configuration: HostConfiguration,
        calls: HostCalls,
        level: LogRecord.Level,
        log: @escaping @Sendable (LogRecord) -> Void
    ) throws(PluginError) {
        guard configuration.controlGroup != .off else { return nil }
        isRequired = configuration.controlGroup == .required
        warn = { log(LogRecord(.warning, "host", $0)) }
        do throws(ControlGroup.Unavailable) {
            group = try ControlGroup(for: calls.company, calls: calls.controlGroups)
        } catch {
            let fact = "runners have no control groups of their own: \(error)"
            guard isRequired else {
                log(LogRecord(level, "host", fact))
                return nil
            }
            throw Self.refusal(fact)
        }
        leaving = Mutex(group.leftovers)
        for lack in Self.lacks(of: group.controllers, for: configuration.runnerLimits) {
            let fact = "the control group \(group.path) lacks \(lack)"
            guard isRequired else {
                warn("\(fact), which holds for each process on its own")
                continue
            }
            throw Self.refusal(fact)
        }
        let kinds = group.controllers.isEmpty ? "no controllers" : group.controllers.joined(separator: " and ")
        log(LogRecord(level, "host", "each runner has a control group of its own in \(group.path), with \(kinds)"))
    }

    /// What a group with these controllers can't limit, and should.
    private static func lacks(of controllers: [String], for limits: RunnerLimits) -> [String] {
        var lacks: [String] = []
        if limits.memory != nil, !controllers.contains("memory") {
            lacks.append("the controller memory for runnerLimits.memory")
        }
        if limits.processes != nil, !controllers.contains("pids") {
            lacks.append("the controller pids for runnerLimits.processes")
        }
        return lacks
    }

    /// Why a host in the place of this process could not give its runners groups that hold the limits; changes nothing.
    static func obstacle(_ configuration: HostConfiguration, calls: HostCalls) -> String? {
        do throws(ControlGroup.Unavailable) {
            let survey = try ControlGroup.survey(for: calls.company, calls: calls.controlGroups)
            let lacks = lacks(of: survey.controllers, for: configuration.runnerLimits)
            return lacks.isEmpty ? nil : "the group \(survey.path) lacks \(lacks.joined(separator: " and "))"
        } catch {
            return error.description
        }
    }

    private static func refusal(_ fact: String) -> PluginError {
        PluginError(
            code: .badConfiguration,
            message:
                "\(fact), and the configuration requires it; have one handed over to the host (systemd: Delegate=yes; "
                + "a container: a writable group), or set controlGroup to best-effort"
        )
    }

    /// Moves limits that a group counts for all of its processes from the rules of each process to the group.
    func takeLimits(from rules: inout SandboxRules?) -> ControlGroupLimits {
        guard let limits = rules?.limits else { return ControlGroupLimits() }
        // Of a process it would count all of the user's. That of memory stays: an allocation that fails ends nobody.
        if group.controllers.contains("pids") { rules?.limits.processes = nil }
        return ControlGroupLimits(memory: limits.memory, processes: limits.processes)
    }

    /// Gives a runner a group before it has started anything.
    func join(_ process: Int32) throws(PluginError) -> ControlGroup.Member? {
        removeEmpty()
        return try allowing("a runner has no control group") { () throws(SystemCallError) in
            try group.makeMember(for: process)
        }
    }

    /// Limits what the runner and all that it starts use together.
    func limit(_ member: ControlGroup.Member, to limits: ControlGroupLimits) throws(PluginError) {
        _ = try allowing("a runner is not limited as a whole") { () throws(SystemCallError) in try member.limit(limits)
        }
    }

    private func allowing<Success>(
        _ fact: String,
        _ body: () throws(SystemCallError) -> Success
    ) throws(PluginError) -> Success? {
        do throws(SystemCallError) {
            return try body()
        } catch {
            guard isRequired else {
                warn("\(fact): \(error)")
                return nil
            }
            throw PluginError(code: .exhausted, message: "\(fact), and the configuration requires it: \(error)")
        }
    }

    /// Ends what a runner that is gone has left.
    func leave(_ member: ControlGroup.Member) {
        try? member.endAll()
        leaving.withLock { $0.append(member) }
        removeEmpty()
    }

    /// Removes the groups of all that are gone; waits a moment for what is just being ended.
    func clear() {
        let deadline = MonotonicInstant.now.advanced(by: .seconds(1))
        while !removeEmpty(), .now < deadline {
            _ = Monitor(()).wait(for: .entry, until: .now.advanced(by: .milliseconds(5))) { _ -> Void? in nil }
        }
    }

    /// Removes the groups in which nobody is left; whether none remains.
    @discardableResult
    private func removeEmpty() -> Bool {
        leaving.withLock { members in
            members.removeAll { (try? $0.remove()) ?? true }
            return members.isEmpty
        }
    }
}
