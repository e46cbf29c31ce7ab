internal import LinuxSystem
internal import PluginLoading

extension Conductor {
    /// Where a plugin is to run: by command, else by its own setting, else where all run.
    func isolation(of id: String) -> Isolation {
        isolations[id] ?? configuration.plugins[id]?.isolation ?? configuration.isolation
    }

    /// Takes over what a command of an earlier run has said.
    func noteIsolation(of entry: PluginEntry) {
        isolations[entry.id] = entry.history?.journal.isolation.flatMap(Isolation.init)
    }

    /// Decides where an image of an entry's file is to be loaded.
    func placement(for entry: PluginEntry) -> ImagePlacement {
        let (environment, configuration, id) = (environment, configuration, entry.id)
        let chosen = isolations
        return ImagePlacement(
            expected: entry.history == nil ? nil : id,
            isolation: { chosen[$0] ?? configuration.plugins[$0]?.isolation ?? configuration.isolation },
            unknown: configuration.isolation,
            hasExceptions: !chosen.isEmpty || configuration.plugins.values.contains { $0.isolation != nil },
            runners: environment.runners,
            images: environment.images,
            trial: configuration.probesBuilds && environment.runners?.isUsable == true ? trial(for: entry) : nil,
            warn: { environment.warn(id, $0) }
        )
    }

    /// Makes the trial of new builds of a plugin.
    private func trial(for entry: PluginEntry) -> BuildTrial {
        let (environment, configuration) = (environment, configuration)
        let (live, slot, history) = (entry.live, entry.slot, entry.history)
        return BuildTrial(
            proven: history?.journal.neededBuilds ?? [],
            settings: { environment.settings(of: $0) },
            state: { () throws(PluginError) in
                guard configuration.preservesState else { return nil }
                guard let live, live.isStarted else {
                    return try history?.latestState { environment.warn(slot.id, $0) }
                }
                guard live.instance.hasState else { return nil }
                let deadline = MonotonicInstant.now.advanced(by: configuration.drainTimeout)
                let state = try unsafe slot.visit(live.instance.lane, until: deadline) { () throws(PluginError) in
                    try live.instance.saveState()
                }
                return (state, live.descriptor.version)
            },
            services: { environment.services(for: $0, generation: 0, as: $1) }
        )
    }

    /// Says which of a plugin's permissions mean nothing where it runs, because a group shares one sandbox.
    func tellWhatDoesNotHold(for generation: Generation) {
        guard generation.image.sandbox != nil, case .group = generation.image.isolation else { return }
        let granted = environment.permissions(of: generation.descriptor).granted.map(\.description)
        let lost = granted.filter(Permission.isOfSandbox)
        guard !lost.isEmpty else { return }
        let place = "\(generation.image.isolation), whose members share the sandbox of a plugin without any"
        environment.warn(
            generation.descriptor.id,
            "these permissions are granted and don't hold in \(place): \(lost.joined(separator: ", ")); they hold in a runner "
                + "of its own: 'plugin-host isolate \(generation.descriptor.id) process'"
        )
    }

    // MARK: Moving

    /// Moves a plugin to where it is to run from now on; one that can't run there goes on where it is.
    func isolate(_ id: String, _ isolation: Isolation) async throws(PluginError) -> ReloadResult {
        let entry = try find(id)
        await entry.lock.acquire(isolation: self)
        defer { entry.lock.release() }
        guard entry.state.current != .paused else { return refusal(entry, Self.paused(entry)) }
        guard let live = entry.live, live.isStarted else {
            return refusal(entry, PluginError(code: .notFound, message: "\(id): nothing serves that could be moved"))
        }
        guard live.image.isolation != isolation else {
            keep(isolation, of: entry)
            var result = result(entry, ReloadAttempt.Report(ending: .unchanged, policy: entry.attempts), since: .now)
            (result.success, result.unchanged) = (true, true)
            return result
        }
        let before = isolations[id]
        isolations[id] = isolation
        do throws(PluginError) {
            let result = try await putAnew(entry, live)
            keep(isolation, of: entry)
            return result
        } catch {
            isolations[id] = before
            return refusal(entry, error)
        }
    }

    /// Puts a new instance of the running build in the place of the present one, with its state unless that is to go.
    func putAnew(
        _ entry: PluginEntry,
        _ live: Generation,
        movesState: Bool = true
    ) async throws(PluginError) -> ReloadResult {
        let began = MonotonicInstant.now
        let kind = AttemptKind(movesState: movesState, leavesState: !movesState)
        // It says nothing of the build that may be waiting in the file.
        let policy = entry.attempts
        let report = await run(entry, kind, obtain: obtaining(copyOf: live.image, for: entry))
        entry.attempts = policy
        switch report.ending {
        case .switched(let outcome):
            await takeIntoService(outcome, of: entry, rollbackOf: nil, phases: report.phases)
            let result = succeed(with: outcome, report, of: entry, since: began)
            await tellDependents(of: entry)
            return result
        case .failed(let error):
            if let image = report.image { retire(image, of: entry) }
            _ = fail(with: error, report, of: entry, since: began)
            throw error
        default:
            let error = PluginError(code: .internalError, message: "\(entry.id): its own build is another plugin")
            _ = fail(with: error, report, of: entry, since: began)
            throw error
        }
    }

    /// Puts a new instance without a state in the place of one that has one; `rollback` brings that state back.
    func resetState(of id: String) async throws(PluginError) -> ReloadResult {
        let entry = try find(id)
        await entry.lock.acquire(isolation: self)
        defer { entry.lock.release() }
        guard entry.state.current != .paused else { return refusal(entry, Self.paused(entry)) }
        guard let live = entry.live, live.isStarted else {
            return refusal(entry, PluginError(code: .notFound, message: "\(id): nothing serves that has a state"))
        }
        guard live.instance.hasState else {
            return refusal(entry, PluginError(code: .unsupported, message: "\(id) keeps no state"))
        }
        do throws(PluginError) {
            let result = try await putAnew(entry, live, movesState: false)
            // Otherwise the state that was left would come back with the next start of the host.
            await saveCheckpoint(of: entry)
            return result
        } catch {
            return refusal(entry, error)
        }
    }

    private func keep(_ isolation: Isolation, of entry: PluginEntry) {
        isolations[entry.id] = isolation
        write(entry) { $0.isolation = isolation.description }
    }
}
