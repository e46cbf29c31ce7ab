internal import LinuxSystem

extension Conductor {
    /// Reloads several plugins from their files as one transaction: all switch, or none does.
    ///
    /// One whose content serves already is left out, and does not keep the others from switching.
    func reloadTogether(_ ids: [String], reason: String?) async -> [ReloadResult] {
        var found: [PluginEntry] = []
        for id in ids where !found.contains(where: { $0.id == id }) {
            do throws(PluginError) {
                found.append(try find(id))
            } catch {
                return ids.map { id in entries[id].map { refusal($0, error) } ?? ReloadResult(plugin: id, error: error)
                }
            }
        }
        let order = LoadOrder(entries.values.compactMap(\.descriptor).map(LoadOrder.Item.init)).order
        let inOrder = found.sorted { left, right in
            (order.firstIndex(of: left.id) ?? .max, left.id) < (order.firstIndex(of: right.id) ?? .max, right.id)
        }
        if let paused = await lock(inOrder) {
            return inOrder.map { refusal($0, Self.paused(paused)) }
        }
        defer {
            for entry in inOrder {
                entry.waitsForDependencies = false
                entry.lock.release()
            }
        }
        guard phase == .running, inOrder.allSatisfy({ entries[$0.id] === $0 }) else {
            let isEnd = phase == .stopped
            let error = PluginError(
                code: isEnd ? .shuttingDown : .notFound,
                message: isEnd ? "the host is stopping" : "one of the plugins was removed meanwhile"
            )
            return inOrder.map { refusal($0, error) }
        }
        return await attempt(inOrder, reason)
    }

    private func attempt(_ group: [PluginEntry], _ reason: String?) async -> [ReloadResult] {
        let began = MonotonicInstant.now
        let providers = Providers(providers)
        let before = group.map { (pendingChange: $0.pendingChange, retry: $0.retry?.at, isOnCommand: $0.isOnCommand) }
        let attempts = group.map { entry in
            if let retry = entry.retry { loop.cancel(retry.timer) }
            entry.retry = nil
            entry.pendingChange = false
            (entry.isOnCommand, entry.reason) = (true, reason)
            note(reason, of: entry)
            return makeAttempt(
                entry,
                AttemptKind(providers: providers, reason: reason),
                obtain: obtaining(StillFile(entry.path, as: nil), for: entry)
            )
        }
        let together = GroupAttempt(attempts, providers: providers)
        let rest = Rest()
        for entry in group { await pauseDependents(of: entry) }
        let reports = await run(nextLook: { together.nextLook }, job: { together.run() }) {
            together.abandonIfOverdue { rest.add($0) }
        }
        await finish(rest, of: group)
        for entry in group { await resumeDependents(of: entry) }
        var results: [ReloadResult] = []
        for ((entry, before), report) in zip(zip(group, before), reports) {
            if case .heldBack = report.ending {
                // Its change waits as before.
                entry.pendingChange = before.pendingChange || report.build != nil
                entry.isOnCommand = before.isOnCommand
                if let instant = before.retry { scheduleRetry(of: entry, at: instant) }
            } else {
                entry.attempts = report.policy
            }
            results.append(await settle(report, of: entry, since: began))
        }
        for (index, entry) in group.enumerated() where results[index].success {
            results[index].warnings = judgeDependents(of: entry, besides: group)
        }
        return results
    }

    /// Takes the locks of all, those of dependents first, as their own reloads do; none if one is paused, which it gives back.
    private func lock(_ group: [PluginEntry]) async -> PluginEntry? {
        while true {
            var held: [PluginEntry] = []
            var obstacle: PluginEntry?
            for entry in group.reversed() where obstacle == nil {
                await entry.lock.acquire(isolation: self)
                held.append(entry)
                entry.waitsForDependencies = true
                // A plugin that it needs waits for it, or will to let it go on, and may hold what comes next.
                if entry.isAwaitedByDependency || entry.state.current == .paused { obstacle = entry }
            }
            guard let obstacle else { return nil }
            for entry in held {
                entry.waitsForDependencies = false
                entry.lock.release()
            }
            // What is paused for a reload goes on soon.
            let isForReload = obstacle.pausedFor.contains { entries[$0]?.lock.isHeld == true }
            if obstacle.state.current == .paused, !isForReload || phase != .running { return obstacle }
            await pause(for: .milliseconds(10))
        }
    }
}
