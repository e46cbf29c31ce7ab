internal import LinuxSystem

extension Conductor {
    /// Runs one of a plugin's functions, after which the instance runs or does not; one that does not return has it to itself.
    ///
    /// What came too late is made undone, when it comes at last, by `undo`.
    func demand<Value: Sendable>(
        _ entry: PluginEntry,
        _ step: String,
        of live: Generation,
        limit: Duration = .zero,
        leavesRunning: @escaping @Sendable (_ hasSucceeded: Bool) -> Bool,
        undo: (@Sendable () -> Void)? = nil,
        _ body: @escaping @Sendable () throws(PluginError) -> Value
    ) async throws(PluginError) -> Value {
        // The contract promises that its functions are called one at a time; what was given up is still in it.
        guard live.functions.haveReturned else {
            throw PluginError(
                code: .timedOut,
                message:
                    "\(entry.id): there was no \(step), because a function that was called before has not returned; "
                    + "'plugin-host reload \(entry.id)' puts a new instance in its place"
            )
        }
        let (function, environment, id) = (live.functions.begin(), environment, entry.id)
        do throws(PluginError) {
            return try await demand(entry, step, limit: limit) { () throws(PluginError) in
                try live.run(
                    function,
                    leavesRunning: leavesRunning,
                    undo: undo,
                    warn: { environment.warn(id, $0) },
                    body
                )
            }
        } catch {
            if error.isHostLimit, !live.functions.giveUp(function), let undo {
                environment.examiners.perform { _ in undo() }
            }
            throw error
        }
    }
}
