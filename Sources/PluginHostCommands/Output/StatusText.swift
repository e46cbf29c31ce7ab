package import PluginHost

/// How things stand, for people.
package enum StatusText {
    /// The host and its plugins.
    package static func of(_ status: HostStatus, width: Int? = nil) -> String {
        let host = status.host
        let totals = host.totals
        var lines = [
            "host \(host.version), process \(host.pid), up \(FigureText.seconds(host.uptimeSeconds)), \(host.strategy)",
            "\(FigureText.count(totals.plugins, "plugin")), \(totals.loaded) serving, \(totals.failed) failed, "
                + FigureText.count(totals.reloads, "reload"),
            "plugins in \(host.pluginDirectories.joined(separator: ", ")); state in \(host.stateDirectory)",
        ]
        if let programs = status.processes {
            lines.append("\(FigureText.count(programs.total, "managed program")), \(programs.running) running")
        }
        lines += host.troubles.map { "trouble: \($0)" }
        guard !status.plugins.isEmpty else { return (lines + ["", "no plugin yet"]).joined(separator: "\n") }
        let rows = status.plugins.map { plugin in
            [
                plugin.id, plugin.state, "\(plugin.generation)", plugin.version, "\(plugin.calls)",
                "\(plugin.reloads)", note(on: plugin),
            ]
        }
        let titles = ["ID", "STATE", "GEN", "VERSION", "CALLS", "RELOADS", "NOTE"]
        let table = TextTable.lines([titles] + rows, width: width)
        return (lines + ["", table]).joined(separator: "\n")
    }

    /// The plugins.
    static func list(_ plugins: [PluginStatus], width: Int? = nil) -> String {
        if plugins.isEmpty { return "no plugin yet" }
        let rows = plugins.map { [$0.id, $0.state, "\($0.generation)", $0.version, $0.name] }
        return TextTable.lines([["ID", "STATE", "GEN", "VERSION", "NAME"]] + rows, width: width)
    }

    /// The generations of a plugin.
    static func history(_ records: [GenerationRecord], width: Int? = nil) -> String {
        if records.isEmpty { return "no generation yet" }
        let rows = records.map { record in
            var notes = record.live ? ["live"] : []
            if !record.committed { notes.append(record.live ? "not past its probation" : "never committed") }
            if let other = record.rollbackOf { notes.append("rolled back to \(other)") }
            return [
                "\(record.generation)", record.version, FigureText.build(record.build),
                TimestampText.format(record.time),
                notes.joined(separator: ", "),
            ]
        }
        return TextTable.lines([["GEN", "VERSION", "BUILD", "SINCE", "NOTE"]] + rows, width: width)
    }

    /// The builds that are set aside.
    static func quarantines(_ entries: [String: PluginStatus.Quarantine]) -> String {
        if entries.isEmpty { return "no build is set aside" }
        let rows = entries.sorted { $0.key < $1.key }.map { id, entry in
            [id, FigureText.build(entry.build), TimestampText.format(entry.time), reason(entry.reason, of: id)]
        }
        return TextTable.aligned([["ID", "BUILD", "SINCE", "REASON"]] + rows)
    }

    /// Why a build is set aside, without the plugin and its file, which the reason names first.
    private static func reason(_ text: String, of id: String) -> String {
        var parts = text.split(separator: ": ")
        guard let place = parts.firstIndex(where: { $0 == id }) else { return text }
        parts.remove(at: place)
        if place < parts.count, parts[place].hasPrefix("/") { parts.remove(at: place) }
        return parts.joined(separator: ": ")
    }

    /// What is most worth knowing of a plugin.
    private static func note(on plugin: PluginStatus) -> String {
        // The line is short, and has neither to name the plugin nor its file again.
        func brief(_ text: String) -> String {
            without(plugin.id, in: oneLine(text).replacing("\(plugin.path): ", with: ""))
        }
        if let quarantine = plugin.quarantine { return "quarantined: \(brief(quarantine.reason))" }
        if plugin.state == "error", let error = plugin.lastError { return brief(error) }
        if plugin.attempts > 0 { return "attempt \(plugin.attempts) failed: \(brief(plugin.lastError ?? ""))" }
        if plugin.onProbation { return "on probation" }
        if plugin.pendingChange {
            return "changed: waits for \(plugin.state == PluginState.paused.name ? "resume" : "reload")"
        }
        guard let error = plugin.lastError else { return "" }
        // What serves goes on, but somebody has work to do; what does not is told why.
        return (plugin.generation > 0 ? "last error: " : "") + brief(error)
    }

    /// A text without a name that stands beside it; what only ends like the name stays.
    static func without(_ name: String, in text: String) -> String {
        text.split(separator: ": ", omittingEmptySubsequences: false).filter { $0 != name }.joined(separator: ": ")
    }

    static func oneLine(_ text: String) -> String {
        LogText.oneLine(text)
    }
}
