internal import Glibc
internal import LinuxSystem
internal import Synchronization
internal import struct FoundationEssentials.Date

/// What is kept of one plugin, in memory and on the disk: its journal, its states, its builds.
///
/// The journal in memory is what counts; each change of it is written down. All functions but the journal itself block.
final class PluginHistory: Sendable {
    let store: PluginStore
    private let current: Mutex<PluginJournal>
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
        try store.save(changed)
    }

    /// Writes down that a generation serves; the one before was left in this state.
    func switched(
        to record: GenerationRecord,
        leaving left: SavedState?,
        by previous: Generation?,
        image: String
    ) throws(PluginError) {
        var name: String?
        if let left, let previous {
            name = try save(left, of: previous, reason: "switch")
        } else if previous == nil {
            // The generation before served in an earlier run: it was left as its last snapshot says.
            name = journal.latestSnapshot
        }
        try keepBuild(record.build, at: image)
        let limit = limit
        try update { journal in
            _ = try? journal.begin()
            journal.switched(to: record, oldSnapshot: name, historyLimit: limit)
            if record.committed { journal.commit(record.generation) }
            journal.lastPath = record.path
        }
        try store.prune(keeping: journal)
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

    /// Copies the image that is mapped to the archive.
    private func keepBuild(_ build: String, at path: String) throws(PluginError) {
        let bytes = try ImageFile.read(path)
        let digest = SHA256(of: bytes)
        guard digest.description == build else {
            throw PluginError(code: .storage, message: "\(path): the image of build \(build) was changed on disk")
        }
        try store.builds.store(bytes, build: digest)
    }

    /// The bytes of a build from the archive.
    func loadBuild(_ build: String) throws(PluginError) -> [UInt8] {
        try store.builds.load(build)
    }
}
