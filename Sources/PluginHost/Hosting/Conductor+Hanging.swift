internal import LinuxSystem

extension Conductor {
    /// Runs one of a plugin's functions, after which the instance runs or does not; one that does not return has it to itself.
    func demand<Value: Sendable>(
        _ entry: PluginEntry,
        _ step: String,
        of live: Generation,
        limit: Duration = .zero,
        leavesRunning: @escaping @Sendable (_ hasSucceeded: Bool) -> Bool,
        _ body: @escaping @Sendable () throws(PluginError) -> Value
    ) async throws(PluginError) -> Value {
        let (hang, environment, id) = (Hang(), environment, entry.id)
        do throws(PluginError) {
            return try await demand(entry, step, limit: limit) { () throws(PluginError) in
                var hasSucceeded = false
                defer {
                    let isRunning = leavesRunning(hasSucceeded)
                    // Another has taken its place meanwhile.
                    if hang.returns(isRunning: isRunning) {
                        GenerationEnd.end(live.instance, isRunning: isRunning) { environment.warn(id, $0) }
                    }
                }
                let value = try body()
                hasSucceeded = true
                return value
            }
        } catch {
            if error.isHostLimit { entry.live?.hang = hang }
            throw error
        }
    }
}
