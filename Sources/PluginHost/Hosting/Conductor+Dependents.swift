internal import LinuxSystem
internal import PluginLoading

/// What becomes of plugins when one that they depend on is replaced, goes down or is back.
extension Conductor {
    /// Tells the plugins that depend on this one that it was replaced, and lets those go on that were paused for it.
    ///
    /// One that is stopped is away as before, whatever has taken its place.
    func tellDependents(of entry: PluginEntry) async {
        guard entry.live?.isStarted == true else { return }
        await tellDependents(of: entry, entry.reloads > 0 ? .reloaded : .back)
    }

    /// Tells the plugins that depend on this one what became of it; those that ask for it are paused until it is back.
    func tellDependents(of entry: PluginEntry, _ change: DependencyChange) async {
        // They hear of everything in its order.
        await entry.farewell?.value
        await pass(change, of: entry)
    }

    /// Does the same without being waited for; what they are told next waits for it.
    func tellLater(of entry: PluginEntry, _ change: DependencyChange) -> Task<Void, Never> {
        let before = entry.farewell
        return Task {
            await before?.value
            await pass(change, of: entry)
        }
    }

    private func pass(_ change: DependencyChange, of entry: PluginEntry) async {
        let number = entry.live?.number ?? 0
        for other in dependents(of: entry) {
            if change == .down {
                await tell(other, that: entry.id, change, number)
                await pause(other, for: entry.id)
            } else {
                await resume(other, for: entry.id)
                await tell(other, that: entry.id, change, number)
            }
        }
    }

    /// Says of each plugin that goes on beside a version of this one that it can't do with that it does (HR-12).
    ///
    /// It is not ended for that: it serves, and a rollback that it could refuse would be none.
    @discardableResult
    func judgeDependents(of entry: PluginEntry, besides others: [PluginEntry] = []) -> [String]? {
        guard let version = entry.live?.descriptor.version else { return nil }
        let warnings = dependents(of: entry).compactMap { other -> String? in
            // One that waits for this very plugin is being replaced itself, and is judged as what it is then.
            guard !other.waitsForDependencies || others.contains(where: { $0 === other }) else {
                return nil
            }
            let needed = other.live?.descriptor.dependencies.compactMap(PluginDependency.init) ?? []
            let problem = needed.compactMap {
                $0.id == entry.id ? $0.problem(with: version, for: other.id) : nil
            }.first
            let known = other.unsuited[entry.id]
            guard problem != known else { return problem }
            if let known, other.lastError == known { other.lastError = nil }
            other.unsuited[entry.id] = problem
            guard let problem else { return nil }
            other.lastError = problem
            let remedy =
                "it goes on, but put a version of '\(entry.id)' in place that it can do with, or another '\(other.id)'"
            environment.warn(other.id, "\(problem); \(remedy)")
            return problem
        }
        return warnings.isEmpty ? nil : warnings
    }

    /// Pauses the plugins that ask for it while this one is replaced.
    func pauseDependents(of entry: PluginEntry) async {
        guard entry.live?.isStarted == true else { return }
        for other in dependents(of: entry) { await pause(other, for: entry.id) }
    }

    /// Lets those go on that were paused for this one.
    func resumeDependents(of entry: PluginEntry) async {
        guard entry.live?.isStarted == true else { return }
        for other in dependents(of: entry) { await resume(other, for: entry.id) }
    }

    /// The plugins that need this one directly and are there.
    private func dependents(of entry: PluginEntry) -> [PluginEntry] {
        dependentIndex.plugins(needing: entry.id).compactMap { id in
            let other = entries[id]
            let needed = other?.live?.descriptor.dependencies ?? []
            return needed.contains { PluginDependency($0)?.id == entry.id } ? other : nil
        }
    }

    /// Waits for the lock of a dependent, with that of what it needs held: nobody who holds the former may wait for the latter.
    private func acquireLock(ofDependent other: PluginEntry) async {
        other.dependenciesInWait += 1
        await other.lock.acquire(isolation: self)
        other.dependenciesInWait -= 1
    }

    private func pause(_ other: PluginEntry, for id: String) async {
        // One that waits for this very plugin is being replaced itself, and begins anew.
        guard phase == .running, other.live?.descriptor.pausesWithDependencies == true, !other.waitsForDependencies
        else { return }
        if other.pausedFor.isEmpty || other.state.current != .paused {
            await acquireLock(ofDependent: other)
            defer { other.lock.release() }
            // Another one that is away may have had it paused meanwhile; what was paused by hand stays so.
            let isPausedForOthers = other.state.current == .paused && !other.pausedFor.isEmpty
            guard other.state.current == .running || isPausedForOthers else { return }
            do throws(PluginError) {
                if !isPausedForOthers {
                    try await perform(.pause, on: other)
                    other.pausedFor = []
                }
            } catch {
                return environment.warn(other.id, "it could not be paused while \(id) is away: \(error.message)")
            }
        }
        other.pausedFor.insert(id)
    }

    private func resume(_ other: PluginEntry, for id: String) async {
        guard other.pausedFor.contains(id) else { return }
        guard other.state.current == .paused else {
            other.pausedFor.remove(id)
            return
        }
        await acquireLock(ofDependent: other)
        defer { other.lock.release() }
        // Meanwhile it may have been let go on by hand, or be paused for another one.
        guard other.pausedFor.remove(id) != nil, other.pausedFor.isEmpty, other.state.current == .paused else { return }
        do throws(PluginError) {
            try await perform(.resume, on: other)
        } catch {
            complain(other, "it was paused while \(id) was away, and could not go on: \(error.message)")
        }
    }

    private func tell(_ other: PluginEntry, that id: String, _ change: DependencyChange, _ number: UInt64) async {
        while let dependent = other.live, dependent.isStarted, other.state.current != .paused {
            switch await tell(dependent, of: other, that: id, change, number) {
            case .success: return
            case .failure(let error) where !error.isHostLimit:
                // It is replaced, paused or ended just now, and told as what it is then; if with this very plugin, it begins anew.
                if phase == .running, !other.waitsForDependencies {
                    await acquireLock(ofDependent: other)
                    other.lock.release()
                } else if other.live?.number == dependent.number {
                    return
                }
            default: return environment.warn(other.id, "it could not be told of a change of \(id): it is busy")
            }
        }
    }

    private func tell(
        _ dependent: Generation,
        of other: PluginEntry,
        that id: String,
        _ change: DependencyChange,
        _ number: UInt64
    ) async -> Result<Void, PluginError>? {
        let (slot, limit) = (other.slot, configuration.drainTimeout)
        return await run(on: environment.examiners, within: limit + configuration.lifecycleTimeout) {
            Result { () throws(PluginError) in
                let end = MonotonicInstant.now.advanced(by: limit)
                try unsafe slot.visit(dependent.instance.lane, until: end) {
                    () throws(PluginError) in
                    dependent.instance.dependencyChanged(id, change, generation: number)
                }
            }
        }
    }

    /// Tries the plugins again that wait for another to be there; during the start, when all are.
    func retryDependents() {
        guard phase != .starting else { return retriesWhenStarted = retriesWhenStarted || hasWaited }
        for entry in entries.values where entry.waitsForDependency && !entry.hasQueuedReload {
            entry.hasQueuedReload = true
            Task { _ = await reload(entry) }
        }
    }
}
