internal import Glibc
internal import LinuxSystem

extension StateDirectory {
    /// Where the crashes lie of files that had not said which plugin they are.
    var fileCrashes: CrashStore { CrashStore(directory: Self.fileCrashes(in: path), calls: calls) }

    /// Which files have crashed a host before they said which plugin they are.
    var crashedFiles: CrashedFiles { CrashedFiles(stateDirectory: path, calls: calls) }

    private static func fileCrashes(in path: String) -> String { "\(path)/file-crashes" }

    /// Keeps the report of a crash with the others of its plugin.
    func save(_ report: CrashReport) throws(PluginError) {
        try (report.isOfFile ? fileCrashes : plugin(report.plugin).crashes).save(report)
    }

    /// The crashes of one plugin or of all, oldest first, read from a directory that a host may be using.
    ///
    /// Nothing is locked, made or changed.
    package static func crashes(in path: String, of plugin: String?) throws(PluginError) -> [CrashReport] {
        let known: [String]
        do {
            known = try Directory.namesIfThere("\(path)/plugins").filter(isFileName)
        } catch {
            throw .storage("list the plugins in", "\(path)/plugins", error)
        }
        // Its file may have crashed before it had said which plugin it is.
        let file = plugin.flatMap { known.contains($0) ? lastPath(in: "\(path)/plugins/\($0)") : nil }
        var reports = try CrashStore(directory: fileCrashes(in: path)).reports().filter {
            plugin == nil || $0.plugin == plugin || file != nil && $0.path == file
        }
        for id in known.sorted() where plugin == nil || id == plugin {
            reports += try CrashStore(directory: PluginStore.crashes(in: "\(path)/plugins/\(id)")).reports()
        }
        return reports.sorted { ($0.time, $0.plugin) < ($1.time, $1.plugin) }
    }

    /// The file that a plugin was last loaded from, as far as its journal can be read.
    private static func lastPath(in directory: String) -> String? {
        guard let bytes = try? FileCalls.live.read("\(directory)/journal.json", limit: 64 << 20) else { return nil }
        return try? JSONCoding.decode(PluginJournal.self, from: bytes).lastPath
    }
}
