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
        let (hang, environment, id) = (Hang(), environment, entry.id)
        do throws(PluginError) {
            let value = try await demand(entry, step, limit: limit) { () throws(PluginError) in
                var hasSucceeded = false
                defer {
                    let isRunning = leavesRunning(hasSucceeded)
                    switch hang.returns(isRunning: isRunning) {
                    case .inTime: break
                    case .late: undo?()
                    // Another has taken its place meanwhile.
                    case .last(let isRunning):
                        GenerationEnd.end(live.instance, isRunning: isRunning) { environment.warn(id, $0) }
                    }
                }
                let value = try body()
                hasSucceeded = true
                return value
            }
            outlive(live, of: entry, isRunning: leavesRunning(true))
            return value
        } catch {
            if error.isHostLimit {
                entry.live?.hang = hang
                if !hang.giveUp(), let undo { environment.examiners.perform { _ in undo() } }
            } else {
                outlive(live, of: entry, isRunning: leavesRunning(false))
            }
            throw error
        }
    }

    /// Takes note of what a function has left of an instance of which another one may hang since before.
    private func outlive(_ live: Generation, of entry: PluginEntry, isRunning: Bool) {
        guard entry.live?.number == live.number else { return }
        entry.live?.hang?.isOutlived(isRunning: isRunning)
    }
}
