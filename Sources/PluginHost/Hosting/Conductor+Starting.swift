internal import LinuxSystem

extension Conductor {
    /// An image that was made of a file, and the entry of the file.
    private struct Prepared {
        var image: any PluginImage
        var path: String
        var entry: PluginEntry
    }

    /// A plugin that is about to begin, and what is locked for it.
    private struct Candidate {
        var image: any PluginImage
        var target: PluginEntry
        var locked: [PluginEntry]
    }

    /// Loads the files that are there at the start, in the order of their dependencies (HR-12).
    ///
    /// First all images are made, on several threads; then the plugins begin, one after the other.
    func loadFilesAtStart() async {
        var images = await prepareFiles()
        await fallBackForUnfinishedFiles(besides: Set(images.map(\.image.descriptor.id)))
        var failures: [String: PluginError] = [:]
        // What comes from the archive may be needed by what has a file, and may need it.
        repeat {
            let served = entries.values.compactMap { $0.live.map { LoadOrder.Item($0.descriptor) } }
            let order = LoadOrder(served + images.map { LoadOrder.Item($0.image.descriptor) })
            failures = order.failures
            // A plugin stays with the file that it came from before.
            let byID = Dictionary(images.map { ($0.image.descriptor.id, $0) }) { first, second in
                second.entry.id == second.image.descriptor.id ? second : first
            }
            let inOrder = order.order.compactMap { byID[$0] }
            await begin(inOrder)
            let placed = Set(inOrder.map(\.path))
            images.removeAll { placed.contains($0.path) }
        } while await fallBackOfThoseThatWaited()
        // Two files with one id, and those that the order left out, come last and get their errors there.
        for prepared in images {
            await begin(placed(prepared), failure: failures[prepared.image.descriptor.id])
        }
        for (entry, _) in waitingFallBacks {
            if case .error(let message) = entry.state.current { complain(entry, message) }
        }
        waitingFallBacks = []
    }

    // MARK: Images

    /// Makes the images of all files; what can't be one is settled.
    private func prepareFiles() async -> [Prepared] {
        defer { endReadings() }
        let began = MonotonicInstant.now
        let paths = filesAtStart.sorted()
        filesAtStart = []
        guard !paths.isEmpty, let ahead = readingsAtStart else { return [] }
        let (trust, others) = (environment.trust, liveBuilds)
        let entries = paths.map { entry(for: $0) }
        let attempts = zip(paths, entries).map { path, entry in
            let (preparation, file) = (preparation(for: entry, others: others), StillFile(path, as: reported[path]))
            beginJudging(entry)
            return makeAttempt(entry, AttemptKind(preparesOnly: true)) { learn throws(PluginError) in
                let read = try file.read(ahead: ahead.take(path)) { path throws(PluginError) in
                    try ReadImage(path, trust)
                }
                guard let read else { return .unfinished }
                return try preparation.prepare(read, path: path, learn: learn)
            }
        }
        // One file needs no threads of its own.
        let threads = min(paths.count, ProcessFacts.processorCount, 4)
        let workers = paths.count > 1 ? ahead.workers : environment.workers
        ahead.end()
        let pass = AttemptPass(attempts, on: workers, handsOnEach: false)
        var reports = [ReloadAttempt.Report?](repeating: nil, count: paths.count)
        await follow(pass, threads: threads) { reports[$0.index] = $0.report }

        var images: [Prepared] = []
        for ((path, entry), report) in zip(zip(paths, entries), reports) {
            guard let report else { continue }
            entry.attempts = report.policy
            if case .stranger(let image) = report.ending {
                images.append(Prepared(image: image, path: path, entry: entry))
            } else {
                await entry.lock.acquire(isolation: self)
                _ = await settle(report, of: entry, since: began)
                entry.lock.release()
            }
        }
        return images
    }

    /// Lets go of what was read ahead, and of the threads for it.
    func endReadings() {
        readingsAtStart?.end()
        readingsAtStart?.workers.stop()
        readingsAtStart = nil
    }

    /// Runs a pass, and hands on what has ended as it ends.
    private func follow(
        _ pass: AttemptPass,
        threads: Int,
        _ take: (AttemptPass.Ended) async -> Void
    ) async {
        pass.begin(threads: threads)
        lookAfter(pass)
        while let ended = await pass.next(isolation: self) {
            for ended in ended { await take(ended) }
            if phase == .stopped { pass.stop() }
        }
        if let timer = looks.removeValue(forKey: ObjectIdentifier(pass)) { loop.cancel(timer) }
    }

    private func lookAfter(_ pass: AttemptPass, grace: MonotonicInstant? = nil) {
        let moment = max(pass.nextLook, grace ?? MonotonicInstant(nanoseconds: 0))
        looks[ObjectIdentifier(pass)] = loop.schedule(at: moment) { [weak self] in
            self?.here { conductor in
                if grace == nil, let grace = Self.grace(after: moment) {
                    return conductor.lookAfter(pass, grace: grace)
                }
                pass.giveUpOverdue()
                conductor.lookAfter(pass)
            }
        }
    }

    // MARK: Plugins

    /// Begins the plugins in this order, most of them together.
    private func begin(_ images: [Prepared]) async {
        var histories = await openHistories(of: images)
        var together: [Candidate] = []
        for prepared in images {
            let prepared = placed(prepared)
            if let candidate = await candidate(prepared, &histories) {
                together.append(candidate)
            } else {
                await begin(together)
                together = []
                await begin(prepared, failure: nil)
            }
        }
        await begin(together)
    }

    /// Begins one plugin by itself.
    private func begin(_ prepared: Prepared, failure: PluginError?) async {
        guard phase == .starting else { return }
        // What waits for a lock here may wait for one that is held until this is written down.
        keepUnkept()
        await prepared.entry.lock.acquire(isolation: self)
        defer { prepared.entry.lock.release() }
        guard isKnown(prepared) else { return retire(prepared.image, of: prepared.entry) }
        _ = await welcome(prepared.image, from: prepared.entry, failure: failure, since: .now)
    }

    /// The same with the entry of its file, where that of before has turned out to be the plugin of another file.
    private func placed(_ prepared: Prepared) -> Prepared {
        guard prepared.entry.path != prepared.path, reported[prepared.path] != nil else { return prepared }
        var prepared = prepared
        prepared.entry = idByPath[prepared.path].flatMap { entries[$0] } ?? makeEntry(ofFile: prepared.path)
        return prepared
    }

    /// Whether the file that the entry is of is still there; it may have been removed while its image was made.
    private func isKnown(_ prepared: Prepared) -> Bool {
        entries[prepared.entry.id] === prepared.entry && prepared.entry.path == prepared.path
    }

    /// Opens what is kept of plugins that are not known by their files.
    private func openHistories(of images: [Prepared]) async -> [String: PluginHistory] {
        let ids = images.map(\.image.descriptor.id).filter {
            self.environment.isEnabled($0) && entries[$0]?.history == nil
        }
        let known = ids.reduce(into: [:]) { known, id in known[id] = known[id] ?? takeKnownHistory(of: id) }
        let unknown = ids.filter { known[$0] == nil }
        guard !unknown.isEmpty else { return known }
        let (environment, limit) = (environment, configuration.historyLimit)
        return await environment.storage.run {
            unknown.reduce(into: known) { histories, id in
                histories[id] = try? environment.openHistory(of: id, limit: limit).get()
            }
        }
    }

    /// Prepares a plugin to begin together with others; `nil` if there is anything about it that is not plain.
    private func candidate(_ prepared: Prepared, _ histories: inout [String: PluginHistory]) async -> Candidate? {
        let (image, entry) = (prepared.image, prepared.entry)
        let id = image.descriptor.id
        guard isKnown(prepared), environment.isEnabled(id), !entry.lock.isHeld, entry.id == id || entries[id] == nil,
            let history = entry.id == id ? entry.history ?? histories[id] : histories[id],
            history.journal.quarantine?.refusedBuild != image.build.description
        else { return nil }
        // Nobody holds any of these locks, so this does not wait.
        await entry.lock.acquire(isolation: self)
        // With the making of its image its first attempt has begun, which goes on now.
        entry.attempts.reset()
        var candidate = Candidate(image: image, target: entry, locked: [entry])
        if entry.id != id {
            candidate.target = makeEntry(id: id, path: entry.path)
            await candidate.target.lock.acquire(isolation: self)
            candidate.locked.append(candidate.target)
            if entry.live == nil { entries[entry.id] = nil }
            adopt(candidate.target, path: entry.path)
        }
        if candidate.target.history == nil {
            candidate.target.history = history
            noteIsolation(of: candidate.target)
            noteSettings(of: candidate.target)
            candidate.target.quarantine = history.journal.quarantine
        }
        return candidate
    }

    /// Begins plugins one after the other; after one that fails, the next begin when that is settled.
    private func begin(_ candidates: [Candidate]) async {
        var rest = candidates[...]
        while !rest.isEmpty, phase == .starting {
            let tried = Array(rest)
            let attempts = tried.map { candidate in
                let image = candidate.image
                return makeAttempt(candidate.target, AttemptKind()) { learn throws(PluginError) in
                    learn(image.build)
                    return .ready(image)
                }
            }
            let providers = providers
            let pass = AttemptPass(attempts, on: environment.workers, handsOnEach: true) { report in
                guard case .switched(let outcome) = report.ending else { return false }
                // The next one may need it.
                providers.add(outcome.generation.descriptor, isStarted: outcome.generation.isStarted)
                return true
            }
            var began = MonotonicInstant.now
            await follow(pass, threads: 1) { ended in
                let candidate = tried[ended.index]
                candidate.target.attempts = ended.report.policy
                _ = await settle(ended.report, of: candidate.target, since: began)
                for entry in candidate.locked { entry.lock.release() }
                rest.removeFirst()
                began = .now
            }
        }
        for candidate in rest { for entry in candidate.locked { entry.lock.release() } }
    }

    // MARK: The archive

    /// Serves the committed generations of plugins whose files are there but still being written.
    private func fallBackForUnfinishedFiles(besides ids: Set<String>) async {
        let (policy, directories) = (WatchPolicy(configuration), configuration.pluginDirectories.map(\.absolutePath))
        for (path, plugin) in known where ((try? FileStatus.of(path)) ?? nil) != nil && entries[plugin.id] == nil {
            guard phase == .starting else { return }
            // One that is elsewhere is nobody's file any more.
            guard policy.covers(path, in: directories), environment.isEnabled(plugin.id), !ids.contains(plugin.id)
            else { continue }
            let entry = entry(for: path)
            await entry.lock.acquire(isolation: self)
            let reason = "\(path): it is not finished"
            entry.lastError = reason
            await fallBack(entry, because: reason)
            entry.lock.release()
        }
    }

    /// Tries those again whose builds in the archive needed another plugin; the result is whether any serves now.
    private func fallBackOfThoseThatWaited() async -> Bool {
        let waiting = waitingFallBacks.sorted { $0.entry.id < $1.entry.id }
        waitingFallBacks = []
        for (entry, reason) in waiting where phase == .starting {
            keepUnkept()
            await entry.lock.acquire(isolation: self)
            if entries[entry.id] === entry { await fallBack(entry, because: reason) }
            entry.lock.release()
        }
        return waiting.contains { $0.entry.live != nil }
    }
}
