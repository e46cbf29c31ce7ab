internal import PluginHost

/// What a developer sees when everything runs: the plugins, and three things to try.
struct DevelopTips: Sendable {
    /// How this program is called from where the developer is.
    let program: String
    /// The options that find the host, if the defaults don't.
    let options: String
    /// The source file of a plugin, as the developer would name it.
    let source: String?

    /// The text.
    func text(for plugins: [PluginStatus]) -> String {
        let rows = plugins.map { plugin in
            [
                plugin.id, plugin.state, "\(plugin.generation)", plugin.version,
                plugin.lastError.map(StatusText.oneLine) ?? "",
            ]
        }
        let table = TextTable.aligned([["PLUGIN", "STATE", "GEN", "VERSION", ""]] + rows)
        // The sample that everybody begins with has a method that shows its state; of others only the status is known.
        let first = plugins.contains { $0.id == "counter" } ? "call counter increment" : "status"
        let edit = source.map { "change \($0) and save it: it is rebuilt and reloaded" }
        let tips = ["\(program) \(first)\(options)", edit, "\(program) events --follow\(options)"].compactMap { $0 }
        return "\n\(table)\n\nTry, in another terminal:\n" + tips.map { "  \($0)\n" }.joined()
    }

    /// The shortest path of a built program: SwiftPM links `.build/debug` to the directory of the present platform.
    static func shortened(_ path: String, exists: (String) -> Bool) -> String {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard let build = parts.lastIndex(of: ".build"), parts.count == build + 4 else { return path }
        parts.remove(at: build + 1)
        let short = parts.joined(separator: "/")
        return exists(short) ? short : path
    }

    /// The path as seen from a directory, if it is below it.
    static func relative(_ path: String, to directory: String) -> String {
        path.hasPrefix(directory + "/") ? String(path.dropFirst(directory.count + 1)) : path
    }
}
