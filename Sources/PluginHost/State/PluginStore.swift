internal import LinuxSystem

/// Everything that is kept on disk of one plugin: journal, snapshots, builds and crashes.
///
/// All functions block; any thread may call them.
package struct PluginStore: Sendable {
    /// The plugin's id.
    package let id: String
    /// The plugin's snapshots.
    package let snapshots: SnapshotStore
    /// The plugin's builds.
    package let builds: BuildArchive
    /// The plugin's crashes.
    package let crashes: CrashStore
    let journal: JournalFile
    let calls: FileCalls

    /// Opens the store in a directory, and removes what a crash left behind; what is not there is made when it is written to.
    init(id: String, directory: String, historyLimit: Int, calls: FileCalls) throws(PluginError) {
        self.id = id
        self.calls = calls
        do throws(SystemCallError) {
            // Of a plugin that is new there is nothing yet.
            if try FileStatus.of(directory) != nil {
                for directory in [directory] + ["snapshots", "builds", "crashes"].map({ "\(directory)/\($0)" }) {
                    try AtomicFile.removeLeftovers(in: directory)
                }
            }
        } catch {
            throw .storage("open the store of plugin '\(id)' in", directory, error)
        }
        snapshots = SnapshotStore(
            directory: "\(directory)/snapshots",
            plugin: id,
            limit: historyLimit,
            calls: calls
        )
        builds = BuildArchive(directory: "\(directory)/builds", calls: calls)
        crashes = CrashStore(directory: Self.crashes(in: directory), calls: calls)
        journal = JournalFile(path: "\(directory)/journal.json", calls: calls)
    }

    /// Where the crashes of a plugin lie in its directory.
    static func crashes(in directory: String) -> String { "\(directory)/crashes" }

    /// Reads the journal.
    package func loadJournal() throws(PluginError) -> JournalFile.Reading {
        try journal.load(afterAtLeast: snapshots.highestGeneration())
    }

    /// Replaces the journal on disk.
    package func save(_ journal: PluginJournal) throws(PluginError) {
        try self.journal.save(journal)
    }

    /// Removes the snapshots and builds that neither the limit nor the journal keeps (CH-2).
    ///
    /// A build that is about to serve is not in the journal yet and has to be named.
    package func prune(keeping journal: PluginJournal, and builds: Set<String> = []) throws(PluginError) {
        try snapshots.prune(protecting: journal.neededSnapshots)
        var kept = journal.neededBuilds.union(builds)
        if let quarantine = journal.quarantine { kept.insert(quarantine.build) }
        try self.builds.prune(keeping: kept)
    }
}
