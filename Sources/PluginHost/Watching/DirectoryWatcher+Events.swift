import LinuxSystem

extension DirectoryWatcher {
    /// What a batch of events comes down to.
    private struct Batch {
        /// Files, in the order in which they were first named.
        var order: [String] = []
        var hints: [String: FileSettling.Hint] = [:]
        /// Roots that have to be surveyed again.
        var scans: [Int: FileSettling.Hint] = [:]
        var hasLostEvents = false
        /// Files that somebody has written to.
        var written: Set<String> = []
        var hasChangedRights = false
        /// Files whose signatures have changed.
        var signed: Set<String> = []
    }

    /// Takes all events that the kernel has; called when there are some.
    func readEvents() {
        defer { endFirstScanUnlessHeld() }
        var batch = Batch()
        read(into: &batch)
        while isRunning {
            unconfirmed = []
            finish(batch)
            let settled = unconfirmed ?? []
            unconfirmed = nil
            guard !settled.isEmpty else { return }
            // What was renamed into its place is taken at once; but then nobody may have begun to write to it before it
            // was looked at. Whoever did has left an event.
            batch = Batch()
            read(into: &batch)
            for (path, status) in settled where isRunning {
                if batch.hasLostEvents || batch.written.contains(path) {
                    files[path]?.settling.doubt()
                } else {
                    report(.settled(path: path, status: status))
                }
            }
        }
    }

    private func read(into batch: inout Batch) {
        do throws(SystemCallError) {
            try inotify?.read { take($0, into: &batch) }
        } catch {
            // The queue is broken, which no kernel does: a scan of everything is right whatever happened.
            batch.hasLostEvents = true
        }
    }

    private func finish(_ batch: Batch) {
        if batch.hasLostEvents {
            counters.overflows += 1
            recoverLostEvents()
            return
        }
        for path in batch.order { notice(path, batch.hints[path] ?? .changed) }
        if batch.hasChangedRights { report(.rightsChanged) }
        for path in batch.signed.sorted() { report(.signatureChanged(path: path)) }
        let hint = batch.scans.values.reduce(FileSettling.Hint.found) { $0.union($1) }
        scan(Set(batch.scans.keys), hint: hint)
    }

    /// Scans everything after the kernel's queue was full, and says so.
    private func recoverLostEvents() {
        let quiet = roots.indices.filter { roots[$0].trouble == nil }
        for index in quiet {
            report(.trouble(directory: roots[index].path, message: "events were lost; everything is scanned again"))
        }
        scanAll()
        // No scan shows what has become of rights and signatures.
        if isRunning { report(.rightsChanged) }
        for index in quiet where isRunning && roots[index].trouble == nil {
            report(.troubleOver(directory: roots[index].path))
        }
    }

    private func take(_ event: InotifyEvent, into batch: inout Batch) {
        if event.mask.contains(.overflow) {
            batch.hasLostEvents = true
            return
        }
        guard let watch = watches.watch(event.watch) else {
            for path in linked.paths(of: event.watch) { mark(path, FileSettling.Hint(event.mask), in: &batch) }
            if event.mask.contains(.ignored) { linked.ended(event.watch) }
            return
        }
        if !event.mask.isDisjoint(with: .gone) {
            if event.mask.contains(.ignored) { watches.ended(event.watch) }
            for root in watch.roots { batch.scans[root, default: .found].formUnion(.found) }
            return
        }
        if event.mask.contains(.attributes), event.name.isEmpty || watch.names[event.name] != nil {
            batch.hasChangedRights = true
        }
        let hint = FileSettling.Hint(event.mask)
        if event.name.isEmpty {
            // Its rights have changed: what could not be seen before may be seen now.
            for root in watch.roots { demandScan(of: root, hint, in: &batch) }
            return
        }
        let isAboutEntry = !event.mask.isDisjoint(with: .entries)
        if isAboutEntry {
            for root in watch.names[event.name] ?? [] { demandScan(of: root, hint, in: &batch) }
        }
        for link in watch.targets[event.name] ?? [] { mark(link, hint, in: &batch) }
        for directory in watch.contentOf where !otherNames.contains(directory) {
            let path = directory.appendingName(event.name)
            if event.mask.contains(.isDirectory) {
                // What a new directory holds must be found; the files of one that has gone too.
                guard isAboutEntry, policy.isRecursive, !policy.ignores(event.name), !event.name.hasPrefix("..") else {
                    continue
                }
                for root in watch.roots { demandScan(of: root, hint, in: &batch) }
            } else if let name = policy.signedName(of: event.name) {
                if isFinished(event.mask, path) { batch.signed.insert(directory.appendingName(name)) }
            } else if policy.accepts(event.name) {
                mark(path, hint, in: &batch)
                guard isAboutEntry, isLink(path, watch.roots) else { continue }
                // Its target has to be watched.
                for root in watch.roots { batch.scans[root, default: .found].formUnion(hint) }
            }
        }
    }

    /// Whether an event says that a signature is whole, and not only begun.
    private func isFinished(_ mask: InotifyEvent.Mask, _ path: String) -> Bool {
        if !mask.isDisjoint(with: [.closedAfterWriting, .movedTo]) { return true }
        guard !mask.isDisjoint(with: [.created, .attributes]) else { return false }
        return (((try? FileStatus.of(path)) ?? nil)?.size ?? 0) > 0
    }

    private func isLink(_ path: String, _ which: Set<Int>) -> Bool {
        if which.contains(where: { roots[$0].survey?.links.contains(path) == true }) { return true }
        return (try? FileStatus.of(path, followingLinks: false))?.kind == .symbolicLink
    }

    private func mark(_ path: String, _ hint: FileSettling.Hint, in batch: inout Batch) {
        if hint.contains(.written) { batch.written.insert(path) }
        if let known = batch.hints[path] {
            counters.eventsCoalesced += 1
            // Written to after it was put in place: then it may be half of something.
            batch.hints[path] = known.subtracting(hint.contains(.written) ? .placed : []).union(hint)
        } else if isWithinBudget() {
            batch.order.append(path)
            batch.hints[path] = hint
        }
    }

    private func demandScan(of root: Int, _ hint: FileSettling.Hint, in batch: inout Batch) {
        if let known = batch.scans[root] {
            counters.eventsCoalesced += 1
            batch.scans[root] = known.union(hint)
        } else if isWithinBudget() {
            batch.scans[root] = hint
        }
    }

    // MARK: Floods (HR-2)

    /// Whether an event may be handled by itself; if not, a scan will stand for it.
    private func isWithinBudget() -> Bool {
        guard flood == nil, let end = budget.take(now: .now) else {
            if flood == nil { counters.eventsHandled += 1 } else { counters.eventsCoalesced += 1 }
            return flood == nil
        }
        counters.eventsCoalesced += 1
        // Until then the events are left with the kernel: not even a wake-up for each of them.
        if let registration { try? loop.update(registration, for: []) }
        flood = loop.schedule(at: end) { [weak self] in self?.assumeIsolated { $0.endFlood() } }
        return false
    }

    private func endFlood() {
        // Still in the flood, so that what has come in the meantime is only counted.
        var batch = Batch()
        read(into: &batch)
        flood = nil
        if let registration { try? loop.update(registration, for: .readable) }
        if batch.hasLostEvents {
            counters.overflows += 1
            recoverLostEvents()
        } else {
            scanAll()
            if isRunning { report(.rightsChanged) }
        }
    }
}

extension FileSettling.Hint {
    /// What the kernel's event says about the file that it names.
    fileprivate init(_ mask: InotifyEvent.Mask) {
        self = .changed
        if mask.contains(.modified) { formUnion(.written) }
        if mask.contains(.created) { formUnion(.created) }
        if mask.contains(.closedAfterWriting) { formUnion(.closed) }
        if mask.contains(.movedTo) { formUnion(.placed) }
    }
}
