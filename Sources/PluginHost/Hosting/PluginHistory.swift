internal import Glibc
internal import LinuxSystem
internal import PluginLoading
internal import Synchronization
internal import struct FoundationEssentials.Date

/// What is kept of one plugin, in memory and on the disk: its journal, its states, its builds.
///
/// The journal in memory is what counts; each change of it is written down. All functions but the journal itself block.
final class PluginHistory: Sendable {
    /// What the disk did not take, kept for when it does again.
    private struct Unwritten {
        /// The state in which the generation before the live one was left.
        var left: (generation: Generation, state: SavedState)?
        /// Builds that serve or served, and where they are mapped from.
        var builds: [String: String] = [:]
        var journal = false

        var isEmpty: Bool { left == nil && builds.isEmpty && !journal }
    }

    let store: PluginStore
    private let current: Mutex<PluginJournal>
    private let unwritten = Mutex(Unwritten())
    private let limit: Int

    /// Reads the journal; what was damaged is told and begun anew.
    init(_ store: PluginStore, limit: Int, warn: (String) -> Void) throws(PluginError) {
        let reading = try store.loadJournal()
        if let damage = reading.damage { warn(damage) }
        self.store = store
        self.limit = limit
        current = Mutex(reading.journal)
    }

    var journal: PluginJournal {
        current.withLock { $0 }
    }

    /// Changes the journal and writes it down; in memory it has changed even if that fails.
    func update(_ change: (inout PluginJournal) -> Void) throws(PluginError) {
        let changed = current.withLock { journal in
            change(&journal)
            return journal
        }
        unwritten.withLock { $0.journal = true }
        // Before the journal that names them; what fails of that is kept once more.
        try? keepMissingBuilds()
        try store.save(changed)
        unwritten.withLock { $0.journal = false }
    }

    /// Takes note that the first generation of this run serves; ``catchUp()`` writes that down.
    func begins(with record: GenerationRecord, image: String) {
        let limit = limit
        unwritten.withLock { unwritten in
            unwritten.builds[record.build] = image
            unwritten.journal = true
        }
        current.withLock { Self.append(record, leaving: $0.latestSnapshot, to: &$0, limit, isFirst: true) }
    }

    private static func append(
        _ record: GenerationRecord,
        leaving snapshot: String?,
        to journal: inout PluginJournal,
        _ limit: Int,
        isFirst: Bool
    ) {
        _ = try? journal.begin()
        journal.switched(to: record, oldSnapshot: snapshot, historyLimit: limit, isFirst: isFirst)
        if record.committed { journal.commit(record.generation) }
        journal.lastPath = record.path
    }

    /// Writes down that a generation serves; the one before was left in this state.
    ///
    /// It serves whether the disk takes that or not: what it does not take is kept for ``catchUp()``, and the journal in
    /// memory goes on from this generation.
    func switched(
        to record: GenerationRecord,
        leaving left: SavedState?,
        by previous: Generation?,
        image: String
    ) throws(PluginError) {
        // What fails of that is kept once more.
        try? catchUp()
        var failures: [PluginError] = []
        // The generation before may have served in an earlier run, be stopped or lost, or its state can't be written: the last
        // one counts.
        var name = journal.latestSnapshot
        do throws(PluginError) {
            if let left, let previous {
                name = try save(left, of: previous, reason: "switch")
            } else if previous?.isStarted == true {
                name = nil
            }
        } catch {
            failures.append(error)
            unwritten.withLock { unwritten in unwritten.left = left.flatMap { left in previous.map { ($0, left) } } }
        }
        do throws(PluginError) {
            try keepBuild(record.build, at: image)
        } catch {
            failures.append(error)
            unwritten.withLock { $0.builds[record.build] = image }
        }
        let (limit, snapshot) = (limit, name)
        do throws(PluginError) {
            try update { Self.append(record, leaving: snapshot, to: &$0, limit, isFirst: previous == nil) }
        } catch {
            failures.append(error)
        }
        if let failure = failures.first { throw failure }
        try store.prune(keeping: journal)
    }

    // MARK: Catching up

    /// Whether there is something that the disk did not take.
    var hasUnwritten: Bool {
        unwritten.withLock { !$0.isEmpty }
    }

    /// Writes down what the disk did not take before.
    func catchUp() throws(PluginError) {
        try keepMissingBuilds()
        let missing = unwritten.withLock { $0 }
        if let (generation, state) = missing.left {
            let name = try save(state, of: generation, reason: "switch")
            unwritten.withLock { $0.left = nil }
            try update { $0.left(generation.number, in: name) }
        } else if missing.journal {
            try update { _ in }
        }
    }

    private func keepMissingBuilds() throws(PluginError) {
        for (build, image) in unwritten.withLock({ $0.builds }) {
            // A generation that is forgotten meanwhile needs no build.
            if journal.neededBuilds.contains(build) { try keepBuild(build, at: image) }
            unwritten.withLock { $0.builds[build] = nil }
        }
    }

    /// Writes down what many plugins have not written yet, with fewer waits for the disk than one after the other.
    ///
    /// The result has what failed, by the place in the list; that is kept for ``catchUp()``.
    static func catchUp(_ histories: [PluginHistory]) -> [Int: PluginError] {
        guard let calls = histories.first?.store.calls else { return [:] }
        var failures: [Int: PluginError] = [:]
        // The builds are on the disk before the journals that name them.
        var batch = AtomicFileBatch(calls: calls)
        var places: [String: (Int, done: @Sendable () -> Void)] = [:]
        func commit(_ what: String) {
            let failed = batch.commit()
            for (path, (index, done)) in places {
                if let error = failed[path] { failures[index] = .storage(what, path, error) } else { done() }
            }
            places = [:]
        }
        for (index, history) in histories.enumerated() {
            do throws(PluginError) {
                for (build, image) in history.unwritten.withLock({ $0.builds }) {
                    let done: @Sendable () -> Void = { history.unwritten.withLock { $0.builds[build] = nil } }
                    guard let bytes = try history.missingBuild(build, at: image) else {
                        done()
                        continue
                    }
                    places[try history.store.builds.add(bytes, build: build, to: &batch)] = (index, done)
                }
            } catch {
                failures[index] = error
            }
        }
        commit("store the build")
        for (index, history) in histories.enumerated() where failures[index] == nil {
            do throws(PluginError) {
                guard history.unwritten.withLock({ $0.left == nil }) else {
                    try history.catchUp()
                    continue
                }
                let journal = history.store.journal
                try journal.add(history.journal, to: &batch)
                places[journal.path] = (index, { history.unwritten.withLock { $0.journal = false } })
            } catch {
                failures[index] = error
            }
        }
        commit("save the journal")
        for (index, history) in histories.enumerated() where failures[index] == nil {
            do throws(PluginError) {
                try history.store.prune(keeping: history.journal)
            } catch {
                failures[index] = error
            }
        }
        return failures
    }

    // MARK: States

    /// Saves a state and gives the snapshot's name.
    func save(_ state: SavedState, of generation: Generation, reason: String) throws(PluginError) -> String {
        try store.snapshots.save(
            Snapshot(
                plugin: store.id,
                time: Date(),
                pluginVersion: generation.descriptor.version,
                schemaVersion: state.schema,
                bytes: state.bytes,
                metadata: [
                    "generation": "\(generation.number)", "build": generation.image.build.description, "reason": reason,
                ]
            )
        )
    }

    /// The state to start from, with the version that saved it.
    ///
    /// If it is damaged, the one before it is used, and that is told.
    func latestState(warn: (String) -> Void) throws(PluginError) -> (state: SavedState, version: String)? {
        if let name = journal.latestSnapshot {
            do throws(PluginError) {
                return try state(named: name)
            } catch {
                warn("\(error.message); the snapshot before it is used")
            }
        } else if journal.live != nil {
            return nil
        }
        let latest = try store.snapshots.latest()
        for damaged in latest.setAside { warn("snapshot \(damaged.name): \(damaged.reason)") }
        return latest.snapshot.map(Self.state)
    }

    /// The state in a snapshot, with the version that saved it.
    func state(named name: String) throws(PluginError) -> (state: SavedState, version: String) {
        Self.state(try store.snapshots.load(name))
    }

    private static func state(_ snapshot: Snapshot) -> (state: SavedState, version: String) {
        (SavedState(schema: snapshot.schemaVersion, bytes: snapshot.bytes), snapshot.pluginVersion)
    }

    // MARK: Builds

    /// The bytes of a build that the archive needs and does not have.
    private func missingBuild(_ build: String, at path: String) throws(PluginError) -> [UInt8]? {
        guard journal.neededBuilds.contains(build) else { return nil }
        if let size = (try? FileStatus.of(path))??.size, store.builds.keeps(build, size: size) { return nil }
        return try readImage(path, of: build).bytes
    }

    /// Copies the image that is mapped to the archive.
    private func keepBuild(_ build: String, at path: String) throws(PluginError) {
        let image = try readImage(path, of: build)
        try store.builds.store(image.bytes, build: image.digest)
    }

    private func readImage(_ path: String, of build: String) throws(PluginError) -> (bytes: [UInt8], digest: SHA256) {
        let bytes = try ImageFile.read(path)
        let digest = SHA256(of: bytes)
        guard digest.description == build else {
            throw PluginError(code: .storage, message: "\(path): the image of build \(build) was changed on disk")
        }
        return (bytes, digest)
    }

    /// A build from the archive, if it would be trusted today.
    func loadBuild(_ build: String, _ trust: FileTrust, _ path: String) throws(PluginError) -> TrustedFile {
        try trust.read(build: build, in: store, path: path)
    }
}
