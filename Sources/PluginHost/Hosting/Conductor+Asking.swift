internal import LinuxSystem
internal import PluginLoading

/// Questions that a generation may not answer: who asks while it is being asked gets the same answer, for what hangs costs a
/// thread each time.
extension Conductor {
    /// Asks a generation for its health when it is not too busy; `nil` if it does not say.
    func askForHealth(
        _ entry: PluginEntry,
        _ live: Generation,
        patience: Duration
    ) async -> Result<PluginHealth, PluginError>? {
        let (path, slot) = (live.image.path, entry.slot)
        if let asked = entry.askedForHealth, asked.image == path {
            let answer = await asked.answer.value
            // It may have been too busy for the patience of whoever has asked before.
            guard case .failure = answer else { return answer }
        }
        let isOver = whenOver(entry.id) { if $0.askedForHealth?.image == path { $0.askedForHealth = nil } }
        let answer = Task {
            await run(on: environment.examiners, within: patience + configuration.lifecycleTimeout) {
                defer { isOver() }
                return Result { () throws(PluginError) in
                    let end = MonotonicInstant.now.advanced(by: patience)
                    return try unsafe slot.visit(live.instance.lane, until: end) { () throws(PluginError) in
                        live.instance.checkHealth()
                    }
                }
            }
        }
        entry.askedForHealth = (path, answer)
        return await answer.value
    }

    /// Asks a generation for the figures that it gives of itself.
    func askForFigures(_ entry: PluginEntry, _ live: Generation) async -> Result<[UInt8], PluginError> {
        let (path, slot, limit) = (live.image.path, entry.slot, configuration.lifecycleTimeout)
        if let asked = entry.askedForFigures, asked.image == path { return await asked.answer.value }
        let isOver = whenOver(entry.id) { if $0.askedForFigures?.image == path { $0.askedForFigures = nil } }
        let answer = Task { () -> Result<[UInt8], PluginError> in
            do throws(PluginError) {
                let bytes = try await demand(entry, "statistics", limit: limit, on: environment.examiners) {
                    () throws(PluginError) in
                    defer { isOver() }
                    return try unsafe slot.visit(live.instance.lane, until: .now.advanced(by: limit)) {
                        () throws(PluginError) in
                        try live.instance.statistics()
                    }
                }
                return .success(bytes)
            } catch {
                return .failure(error)
            }
        }
        entry.askedForFigures = (path, answer)
        return await answer.value
    }

    /// What is called on a worker when a question was answered, and has the plugin forget that it was asked.
    private func whenOver(
        _ id: String,
        _ forget: @escaping @Sendable (PluginEntry) -> Void
    ) -> @Sendable () -> Void {
        { [weak self, loop] in
            loop.perform { [weak self] in
                self?.here { conductor in
                    if let entry = conductor.entries[id] { forget(entry) }
                }
            }
        }
    }
}
