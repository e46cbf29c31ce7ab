internal import LinuxSystem

/// The events of attempts: each beginning that is told has one end, whatever the new generation is for (HR-3).
extension Conductor {
    /// What tells that an attempt begins; `nil` if it takes the place of nothing, or starts what was lost again.
    func beginning(of entry: PluginEntry, as number: UInt64, _ kind: AttemptKind) -> (@Sendable (Int) -> PluginEvent)? {
        guard entry.live != nil, kind.number == nil else { return nil }
        let (events, id, path) = (environment.events, entry.id, entry.path)
        return { attempt in
            var event = PluginEvent(.reloadStarted, plugin: id, generation: number, path: path)
            event.attempt = attempt
            event.reason = kind.reason
            events.leave(event)
            return event
        }
    }

    /// Ends an attempt whose generation serves.
    func succeed(
        with outcome: ReloadTransaction.Outcome,
        _ report: ReloadAttempt.Report,
        of entry: PluginEntry,
        since began: MonotonicInstant
    ) -> ReloadResult {
        var result = result(entry, report, since: began)
        result.success = true
        result.statePreserved = outcome.statePreserved
        if report.beginning != nil {
            entry.figures.add(result)
            complete(result, report, of: entry)
        }
        return result
    }

    /// Ends an attempt that has failed.
    func fail(
        with error: PluginError,
        _ report: ReloadAttempt.Report,
        of entry: PluginEntry,
        since began: MonotonicInstant
    ) -> ReloadResult {
        entry.failedReloads += 1
        var event = PluginEvent(.reloadFailed, plugin: entry.id, path: entry.path)
        event.generation = generation(of: report, entry)
        event.attempt = report.policy.attempts
        event.reason = report.beginning?.reason
        event.durationSeconds = began.duration(to: .now).inSeconds
        event.note(report.phases, hold: report.hold.inSeconds)
        event.error = error.description
        environment.events.send(event)
        var result = result(entry, report, since: began)
        result.error = error.message
        result.code = error.code.name
        return result
    }

    /// The generation that an attempt was to make.
    func generation(of report: ReloadAttempt.Report, _ entry: PluginEntry) -> UInt64 {
        report.beginning?.generation ?? entry.history?.journal.nextGeneration ?? 1
    }

    /// Tells that a reload is over, after its last attempt: of the generation that serves, or of the one that was to be.
    func complete(_ result: ReloadResult, _ report: ReloadAttempt.Report, of entry: PluginEntry) {
        var event = PluginEvent(.reloadCompleted, plugin: entry.id, generation: result.generation, path: entry.path)
        if result.generation == 0 { event.generation = generation(of: report, entry) }
        event.success = result.success
        event.durationSeconds = result.durationSeconds
        event.note(result.phases, hold: result.holdSeconds)
        event.attempt = report.policy.attempts
        event.reason = report.beginning?.reason
        event.error = result.error
        environment.events.send(event)
    }
}
