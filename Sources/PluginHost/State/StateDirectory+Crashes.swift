internal import Glibc
internal import LinuxSystem

extension StateDirectory {
    /// The crashes of one plugin or of all, oldest first, read from a directory that a host may be using.
    ///
    /// Nothing is locked, made or changed.
    package static func crashes(in path: String, of plugin: String?) throws(PluginError) -> [CrashReport] {
        if let plugin, !isFileName(plugin) { return [] }
        let known: [String]
        do {
            known = try Directory.namesIfThere("\(path)/plugins").filter(isFileName)
        } catch {
            throw .storage("list the plugins in", "\(path)/plugins", error)
        }
        var reports: [CrashReport] = []
        for id in known.sorted() where plugin == nil || id == plugin {
            reports += try CrashStore(directory: PluginStore.crashes(in: "\(path)/plugins/\(id)")).reports()
        }
        return reports.sorted { ($0.time, $0.plugin) < ($1.time, $1.plugin) }
    }
}
