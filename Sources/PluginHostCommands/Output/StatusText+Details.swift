internal import PluginHost

extension StatusText {
    /// All that is known of a plugin.
    static func details(of plugin: PluginStatus) -> String {
        TextTable.aligned(
            serving(plugin) + troubles(of: plugin)
                + ((plugin.descriptor.map(description) ?? []) + rights(of: plugin)).filter { !$0[1].isEmpty }
        )
    }

    private static func serving(_ plugin: PluginStatus) -> [[String]] {
        [
            ["id", plugin.id], ["name", plugin.name], ["version", plugin.version], ["state", plugin.state],
            ["isolation", plugin.isolation],
            ["generation", "\(plugin.generation)\(plugin.onProbation ? ", on probation" : "")"],
            ["build", plugin.build.isEmpty ? "-" : plugin.build], ["path", plugin.path],
            ["retired", retired(plugin)],
            ["reloads", "\(plugin.reloads) done, \(plugin.failedReloads) failed"],
            ["calls", "\(plugin.calls), of which \(plugin.failedCalls) failed"],
            ["at work", "\(plugin.inFlight) in flight, \(plugin.heldCalls) held"],
        ]
    }

    /// What it may do, and what keeps it from doing more.
    private static func rights(of plugin: PluginStatus) -> [[String]] {
        guard let permissions = plugin.permissions else { return [] }
        let refused = permissions.refused.map { "\($0.permission) \($0.reason)" }
        let missing = plugin.sandbox?.missing.map { "\($0.layer): \($0.reason)" } ?? []
        return [
            ["asks for", oneLine(permissions.asked.joined(separator: ", "))],
            ["granted", oneLine(permissions.granted.joined(separator: ", "))],
            ["refused", oneLine(refused.joined(separator: "; "))], ["sandbox", sandbox(around: plugin)],
            ["not in it", oneLine(missing.joined(separator: "; "))],
        ]
    }

    private static func sandbox(around plugin: PluginStatus) -> String {
        if let sandbox = plugin.sandbox { return sandbox.holds.joined(separator: ", ") }
        return plugin.isolation == "\(Isolation.inProcess)" ? "none: it shares the host's process" : ""
    }

    private static func retired(_ plugin: PluginStatus) -> String {
        let size = plugin.retiredBytes > 0 ? ", \(FigureText.bytes(plugin.retiredBytes))" : ""
        return FigureText.count(plugin.retiredGenerations, "generation") + size
    }

    private static func troubles(of plugin: PluginStatus) -> [[String]] {
        var rows: [[String]] = []
        if plugin.pendingChange { rows.append(["change", "waits for plugin-host reload \(plugin.id)"]) }
        if plugin.attempts > 0 { rows.append(["attempts", "\(plugin.attempts) at the build in the directory"]) }
        if let time = plugin.nextRetry { rows.append(["next retry", TimestampText.format(time)]) }
        if let quarantine = plugin.quarantine {
            rows.append(["quarantine", "build \(FigureText.build(quarantine.build)): \(oneLine(quarantine.reason))"])
        }
        if let error = plugin.lastError { rows.append(["last error", oneLine(error)]) }
        return rows
    }

    private static func description(_ descriptor: PluginDescriptor) -> [[String]] {
        let schemas = "\(descriptor.stateSchemaMinimum) to \(descriptor.stateSchemaMaximum)"
        return [
            ["description", oneLine(descriptor.description)], ["author", descriptor.author], ["type", descriptor.type],
            ["priority", "\(descriptor.priority)"], ["needs", descriptor.dependencies.joined(separator: ", ")],
            ["offers", descriptor.capabilities.joined(separator: ", ")],
            ["state schema", descriptor.stateSchemaMaximum == 0 ? "" : schemas],
            ["concurrent", descriptor.isConcurrent ? "yes" : "no: one call at a time"],
        ]
    }
}
