internal import LinuxSystem
internal import PluginLoading

extension Conductor {
    /// Puts the build and the state of an earlier generation back, as a new generation (HR-8); the entry is locked.
    ///
    /// The build that is left is set aside, so that neither the watcher nor a restart of the host takes it again.
    func rollBack(_ entry: PluginEntry, to number: UInt64?, reason: String) async -> ReloadResult {
        let began = MonotonicInstant.now
        guard let history = entry.history, let left = entry.live else {
            return refusal(
                entry,
                PluginError(code: .notFound, message: "\(entry.id): nothing serves that could be rolled back")
            )
        }
        let target: GenerationRecord
        do throws(PluginError) {
            target = try history.journal.rollbackTarget(to: number)
        } catch {
            return refusal(entry, error)
        }
        var stored: (state: SavedState, version: String)?
        if let name = target.snapshot, configuration.preservesState {
            do throws(PluginError) {
                stored = try await environment.storage.run { () -> Result<_, PluginError> in
                    Result { () throws(PluginError) in try history.state(named: name) }
                }.get()
            } catch {
                return refusal(entry, error)
            }
        }
        let (path, preparation, trust) = (entry.path, archivePreparation(for: entry), environment.trust)
        let report = await run(
            entry,
            AttemptKind(movesState: false, leavesState: configuration.preservesState, goesBack: true, stored: stored),
            obtain: { learn throws(PluginError) in
                let file = try history.loadBuild(target.build, trust, path)
                return try preparation.prepare(ReadImage(file, path: path), path: path, learn: learn)
            }
        )
        entry.attempts.reset()
        switch report.ending {
        case .switched(let outcome):
            let origin = target.rollbackOf ?? target.generation
            entry.figures.rollbacks += 1
            await takeIntoService(outcome, of: entry, rollbackOf: origin, phases: report.phases)
            if entry.quarantine?.build == target.build {
                liftQuarantine(entry)
            } else if entry.quarantine == nil, left.image.build.description != target.build {
                // Otherwise the file has the build that is set aside already.
                setAside(
                    entry,
                    build: left.image.build.description,
                    reason: "rolled back to generation \(origin): \(reason)"
                )
            }
            var event = PluginEvent(
                .rollbackTriggered,
                plugin: entry.id,
                generation: outcome.generation.number,
                path: path
            )
            event.reason = "generation \(left.number) was left for generation \(origin): \(reason)"
            environment.events.send(event)
            await tellDependents(of: entry)
            let warnings = judgeDependents(of: entry)
            // Another may need the version that is back.
            retryDependents()
            var result = succeed(with: outcome, report, of: entry, since: began)
            result.warnings = warnings
            return result
        case .failed(let error):
            if let image = report.image { retire(image, of: entry) }
            complain(entry, "the rollback to generation \(target.generation) failed: \(error.message)")
            return fail(with: error, report, of: entry, since: began)
        default:
            let message = "\(entry.id): the build of generation \(target.generation) is another plugin"
            return fail(with: PluginError(code: .conflict, message: message), report, of: entry, since: began)
        }
    }
}
