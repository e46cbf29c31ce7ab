internal import LinuxSystem

extension Conductor {
    /// Takes what the watcher has found out.
    func take(_ report: WatchReport) {
        switch report {
        case .settled(let path, let status):
            reported[path] = status
            if phase == .starting {
                filesAtStart.insert(path)
                readingsAtStart?.add(path)
            } else {
                settle(path)
            }
        case .removed(let path):
            filesAtStart.remove(path)
            reported[path] = nil
            Task { await remove(path) }
        case .moved(let old, let new):
            reported[new] = reported.removeValue(forKey: old)
            Task { await rename(old, to: new) }
        case .initialScanFinished: endStartWait()
        case .rightsChanged: judgeAgain(entries.values.map(\.path))
        case .signatureChanged(let path): judgeAgain([path])
        case .trouble(let directory, let message):
            troubles[directory] = message
            environment.log(LogRecord(.warning, "host", message))
        case .troubleOver(let directory):
            guard let message = troubles.removeValue(forKey: directory) else { return }
            environment.log(LogRecord(.info, "host", "\(directory): watched again (it was: \(message))"))
        case .shared(let directory, let processes):
            let who = processes.map { "process \($0)" }.joined(separator: ", ")
            let remedy = "each loads what is there, with a state of its own; stop one, or give it another directory"
            environment.log(
                LogRecord(.warning, "host", "\(directory) is watched by another host too, \(who): \(remedy)")
            )
        }
    }

    /// Lets the start go on that waits for the first scan.
    func endStartWait() {
        hasSeenAllFiles = true
        for waiter in startWaiters { waiter.resume() }
        startWaiters = []
    }

    /// Collects the files that settle in one turn of the loop, so that they are reloaded in the order of dependencies.
    func settle(_ path: String) {
        if settled.isEmpty { loop.perform { [weak self] in self?.here { $0.reloadSettled() } } }
        if !settled.contains(path) { settled.append(path) }
    }

    /// Makes ready what the reload of a file will need that the watcher still looks at.
    func expect(_ path: String) {
        guard phase == .running, configuration.strategy != .manual else { return }
        let entry = idByPath[path].flatMap { entries[$0] }
        guard let entry, entry.live?.isStarted == true, entry.state.current != .paused else {
            return readAhead.begin(path) {}
        }
        let placement = placement(for: entry)
        readAhead.begin(path) { placement.expect(path) }
    }

    private func reloadSettled() {
        let paths = settled
        settled = []
        guard paths.count > 1 else { return paths.forEach(fileSettled) }
        let order = LoadOrder(entries.values.compactMap(\.descriptor).map(LoadOrder.Item.init)).order
        let rank = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        let sorted = paths.sorted { left, right in
            (idByPath[left].flatMap { rank[$0] } ?? .max, left) < (idByPath[right].flatMap { rank[$0] } ?? .max, right)
        }
        for path in sorted { fileSettled(path) }
    }

    private func fileSettled(_ path: String) {
        let entry = entry(for: path)
        if configuration.strategy == .manual, entry.live != nil {
            Task { await noticeChange(of: entry) }
            return
        }
        guard !entry.hasQueuedReload else { return }
        entry.hasQueuedReload = true
        Task { _ = await reload(entry) }
    }

    /// Takes note of a change that waits for a command; content that serves already is none (HR-11).
    private func noticeChange(of entry: PluginEntry) async {
        await entry.lock.acquire(isolation: self)
        defer { entry.lock.release() }
        let (path, known) = (entry.path, entry.live?.image.build)
        let isOther = await run(on: environment.examiners, within: configuration.lifecycleTimeout) {
            (try? ImageFile.read(path)).map { BuildName(of: $0) != known }
        }
        guard entries[entry.id] === entry else { return handOn(path) }
        guard let live = entry.live else { return }
        entry.pendingChange = isOther != false
        guard entry.pendingChange else { return }
        environment.events.send(PluginEvent(.changeNoticed, plugin: entry.id, generation: live.number, path: path))
    }

    /// Lets a file be looked at that has settled while its entry was on its way out: it is another entry's now.
    func handOn(_ path: String) {
        if reported[path] != nil { settle(path) }
    }

    /// The entry for a file; one that is new is known by its name until it has said which plugin it is.
    func entry(for path: String) -> PluginEntry {
        if let id = idByPath[path], let entry = entries[id] { return entry }
        let entry: PluginEntry
        if let (id, history) = known.removeValue(forKey: path), entries[id] == nil {
            entry = makeEntry(id: id, path: path)
            entry.history = history
            noteIsolation(of: entry)
            noteSettings(of: entry)
            entry.quarantine = history.journal.quarantine
        } else {
            entry = makeEntry(ofFile: path)
        }
        idByPath[path] = entry.id
        environment.events.send(PluginEvent(.pluginDiscovered, path: path))
        return entry
    }

    /// Makes the entry of a file that has not said yet which plugin it is.
    func makeEntry(ofFile path: String) -> PluginEntry {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let entry = makeEntry(id: entries[name] == nil ? name : path, path: path)
        entry.quarantine = crashedFiles[path]
        idByPath[path] = entry.id
        return entry
    }

    // MARK: Removal and renaming

    private func remove(_ path: String) async {
        guard let id = idByPath[path], let entry = entries[id] else { return }
        await entry.lock.acquire(isolation: self)
        guard idByPath[path] == id, entries[id] === entry else {
            // Meanwhile the file has turned out to be another plugin than was thought.
            entry.lock.release()
            return await remove(path)
        }
        defer { entry.lock.release() }
        guard !isThere(path) else { return }
        await remove(entry, because: "its file was removed")
    }

    /// Ends the plugin whose file has become this one, which serves from it now, unless its content is found elsewhere.
    ///
    /// As with a file that is gone, it is given the time to turn up again: files may have been exchanged.
    func endReplaced(by entry: PluginEntry) {
        guard let replaced = entry.replaced else { return }
        entry.replaced = nil
        let (id, path) = (replaced.id, entry.path)
        _ = schedule(after: configuration.removalGrace) { conductor in
            guard conductor.phase != .stopped else { return }
            Task { await conductor.endReplaced(id, at: path) }
        }
    }

    private func endReplaced(_ id: String, at path: String) async {
        guard let replaced = entries[id] else { return }
        await replaced.lock.acquire(isolation: self)
        defer { replaced.lock.release() }
        guard entries[id] === replaced, replaced.path == path, idByPath[path] != id else { return }
        await remove(replaced, because: "its file is another plugin now")
    }

    /// Ends a plugin whose file is not there any more; the entry is locked.
    private func remove(_ entry: PluginEntry, because reason: String) async {
        let (id, path, generation) = (entry.id, entry.path, entry.live?.number)
        await unload(entry, reason: reason)
        entries[id] = nil
        if idByPath[path] == id { idByPath[path] = nil }
        environment.events.send(PluginEvent(.pluginRemoved, plugin: id, generation: generation, path: path))
        endReplaced(by: entry)
        // A copy of the file under another name was refused while this one stood; now it may serve.
        for other in entries.values where other.live == nil && other.quarantine != nil && other.history == nil {
            other.quarantine = nil
            other.attempts.reset()
            fileSettled(other.path)
        }
    }

    func isThere(_ path: String) -> Bool {
        ((try? FileStatus.of(path)) ?? nil) != nil
    }

    private func rename(_ old: String, to new: String) async {
        guard let id = idByPath[old], let entry = entries[id], idByPath[new] == nil else {
            settle(new)
            return
        }
        await entry.lock.acquire(isolation: self)
        if entries[id] === entry { adopt(entry, path: new) }
        entry.lock.release()
        // What has happened to either file meanwhile was taken for another entry's.
        handOn(old)
        if reported[new] != nil || isThere(new) { settle(new) } else { await remove(new) }
    }

    /// Makes a plugin's entry the one of another path: its file was renamed (HR-9).
    func adopt(_ entry: PluginEntry, path: String) {
        if let stranger = idByPath[path], stranger != entry.id, let other = entries[stranger] {
            if other.live == nil { entries[stranger] = nil } else { entry.replaced = other }
        }
        if idByPath[entry.path] == entry.id { idByPath[entry.path] = nil }
        idByPath[path] = entry.id
        entry.path = path
        if entry.history?.journal.lastPath != path { write(entry) { $0.lastPath = path } }
    }
}
