internal import Glibc
package import LinuxSystem
internal import Synchronization

/// The snapshots of one plugin, newest last, in a directory of their own (HR-6).
///
/// All functions block; any thread may call them.
package final class SnapshotStore: Sendable {
    /// A file that is not used any more because it is damaged.
    package struct SetAside: Hashable, Sendable {
        /// The name that it had.
        package let name: String
        /// What is wrong with it, and what became of it.
        package let reason: String
    }

    /// What a search for the newest snapshot brought up.
    package struct Latest: Hashable, Sendable {
        /// The newest that is intact, with its name.
        package var snapshot: Snapshot?
        package var name: String?
        /// Newer ones that are damaged.
        package var setAside: [SetAside]
    }

    private let directory: String
    private let plugin: String
    private let limit: Int
    private let calls: FileCalls
    /// The number of the newest name given out.
    private let newest = Mutex<UInt64>(0)

    /// Opens the store in a directory, which is made when the first snapshot is saved.
    package init(directory: String, plugin: String, limit: Int = 10, calls: FileCalls = .live) {
        self.directory = directory
        self.plugin = plugin
        self.limit = max(1, limit)
        self.calls = calls
    }

    /// Saves a snapshot; when the name comes back, it is on the disk.
    package func save(_ snapshot: Snapshot) throws(PluginError) -> String {
        guard snapshot.plugin == plugin else {
            let message = "a snapshot of plugin '\(snapshot.plugin)' does not belong to plugin '\(plugin)'"
            throw PluginError(code: .internalError, message: message)
        }
        let bytes = try SnapshotFile.encode(snapshot)
        let name = try makeName(generation: snapshot.generation ?? 0)
        do {
            try Directory.makeLasting(directory, calls: calls)
            try AtomicFile.replace(path(name), with: bytes, calls: calls)
        } catch {
            throw .storage("save the snapshot", path(name), error)
        }
        return name
    }

    /// Loads a snapshot by its name; a damaged one is set aside and the error says so.
    package func load(_ name: String) throws(PluginError) -> Snapshot {
        // The name may come from a file or from a command: it must not lead out of the directory.
        guard SnapshotName(name) != nil else {
            throw PluginError(code: .notFound, message: "'\(name)' is no snapshot of plugin '\(plugin)'")
        }
        let result: Result<Snapshot, SnapshotDamage>
        do {
            result = try read(name)
        } catch {
            guard error.code == ENOENT else { throw .storage("read the snapshot", path(name), error) }
            let kept = try names().map(\.description).joined(separator: ", ")
            let message = "plugin '\(plugin)' has no snapshot \(name); it has \(kept.isEmpty ? "none" : kept)"
            throw PluginError(code: .notFound, message: message)
        }
        switch result {
        case .success(let snapshot): return snapshot
        case .failure(let damage):
            let message = "snapshot \(name) of plugin '\(plugin)' is damaged: \(setAside(name, damage).reason)"
            throw PluginError(code: .storage, message: message)
        }
    }

    /// The newest snapshot that is intact; damaged ones before it are set aside.
    package func latest() throws(PluginError) -> Latest {
        var latest = Latest(setAside: [])
        for name in try names().reversed() {
            do {
                switch try read(name.description) {
                case .success(let snapshot):
                    latest.snapshot = snapshot
                    latest.name = name.description
                    return latest
                case .failure(let damage): latest.setAside.append(setAside(name.description, damage))
                }
            } catch {
                // An older state is not taken silently when the newest may well be intact, as without rights to it.
                throw .storage("read the snapshot", path(name.description), error)
            }
        }
        return latest
    }

    /// The names of all snapshots, oldest first.
    package func names() throws(PluginError) -> [SnapshotName] {
        try allNames().compactMap { SnapshotName($0) }.sorted()
    }

    /// The highest generation that any file names, even one that is damaged; 0 without files.
    package func highestGeneration() throws(PluginError) -> UInt64 {
        try allNames().compactMap { SnapshotName(original($0))?.generation }.max() ?? 0
    }

    /// Removes all but the newest and those that the history needs, and says which went.
    ///
    /// Of the damaged ones that were set aside, as many are kept for inspection.
    @discardableResult
    package func prune(protecting protected: Set<String>) throws(PluginError) -> [String] {
        let all = try allNames()
        let intact = all.compactMap { SnapshotName($0) }.sorted().map(\.description)
        let damaged = all.filter { $0.hasSuffix(Self.damagedSuffix) }.sorted {
            ($0.count, $0) < ($1.count, $1)
        }
        let surplus = intact.dropLast(limit).filter { !protected.contains($0) } + damaged.dropLast(limit)
        for name in surplus {
            do {
                try calls.remove(path(name))
            } catch {
                guard error.code != ENOENT else { continue }
                throw .storage("remove the old snapshot", path(name), error)
            }
        }
        return surplus
    }

    // MARK: Files

    private static let damagedSuffix = ".damaged"

    private func path(_ name: String) -> String { "\(directory)/\(name)" }

    private func original(_ name: String) -> Substring {
        name.hasSuffix(Self.damagedSuffix) ? name.dropLast(Self.damagedSuffix.count) : Substring(name)
    }

    private func allNames() throws(PluginError) -> [String] {
        do {
            return try Directory.namesIfThere(directory)
        } catch {
            throw .storage("list the snapshots in", directory, error)
        }
    }

    private func makeName(generation: UInt64) throws(PluginError) -> String {
        // Damaged ones count too: a number that comes back would put one file in the place of another.
        let highest = try allNames().compactMap { SnapshotName(original($0))?.sequence }.max() ?? 0
        let sequence = newest.withLock { newest in
            newest = max(newest, highest) + 1
            return newest
        }
        guard sequence <= SnapshotName.limit else {
            let message = "\(directory) has a snapshot numbered \(highest), after which there is no number; remove it"
            throw PluginError(code: .storage, message: message)
        }
        return SnapshotName(sequence: sequence, generation: generation).description
    }

    private func read(_ name: String) throws(SystemCallError) -> Result<Snapshot, SnapshotDamage> {
        let bytes: [UInt8]
        do {
            bytes = try calls.read(path(name))
        } catch {
            // What the disk can't give back, or what is no file, stays so.
            let isDamage = [EIO, EISDIR, ELOOP, EINVAL].contains(error.code)
            guard isDamage else { throw error }
            return .failure(.unreadable(error.description))
        }
        do throws(SnapshotDamage) {
            let snapshot = try SnapshotFile.decode(bytes)
            return snapshot.plugin == plugin ? .success(snapshot) : .failure(.wrongPlugin(snapshot.plugin))
        } catch {
            return .failure(error)
        }
    }

    private func setAside(_ name: String, _ damage: SnapshotDamage) -> SetAside {
        do {
            try calls.rename(path(name), path(name + Self.damagedSuffix))
            return SetAside(name: name, reason: "\(damage); it was set aside as \(name)\(Self.damagedSuffix)")
        } catch {
            return SetAside(name: name, reason: "\(damage); it could not be set aside: \(error)")
        }
    }
}
