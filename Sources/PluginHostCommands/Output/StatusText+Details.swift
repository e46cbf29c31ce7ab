internal import PluginHost

extension StatusText {
    /// All that is known of a plugin.
    static func details(of plugin: PluginStatus) -> String {
        TextTable.aligned(
            serving(plugin) + figures(of: plugin) + troubles(of: plugin)
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
        ] + life(of: plugin)
    }

    /// How the generation came up and how it is; what there is nothing to say of is left out.
    private static func life(of plugin: PluginStatus) -> [[String]] {
        [
            ["came up", comingUp(plugin)],
            ["serves for", plugin.uptimeSeconds.map(FigureText.seconds) ?? ""],
            ["restarts", plugin.restarts > 0 ? "\(plugin.restarts) after crashes" : ""],
            ["health", plugin.health.map(health) ?? ""],
        ].filter { !$0[1].isEmpty }
    }

    private static func comingUp(_ plugin: PluginStatus) -> String {
        [("loaded", plugin.loadSeconds), ("initialised", plugin.initialiseSeconds)].compactMap { step, time in
            time.map { "\(step) in \(FigureText.seconds($0))" }
        }.joined(separator: ", ")
    }

    private static func health(_ report: HealthReport) -> String {
        let details = report.details.isEmpty ? "" : ": \(oneLine(report.details))"
        let errors = report.errors > 0 ? "; unhealthy \(FigureText.count(report.errors, "time"))" : ""
        return "\(report.level)\(details)\(errors); asked \(TimestampText.format(report.time))"
    }

    /// What the host has counted and measured of a plugin; what there is none of is left out.
    static func figures(of plugin: PluginStatus) -> [[String]] {
        [
            ["calls", calls(of: plugin)],
            ["at work", "\(plugin.inFlight) in flight, \(plugin.heldCalls) held"],
            ["latency", plugin.latency.map(latency) ?? ""],
            ["memory", plugin.memory.map(memory) ?? ""],
        ].filter { !$0[1].isEmpty }
    }

    private static func calls(of plugin: PluginStatus) -> String {
        var text = "\(plugin.calls), of which \(plugin.failedCalls) failed"
        guard let outcomes = plugin.outcomes else { return text }
        if outcomes.refused > 0 { text += ", \(outcomes.refused) refused" }
        if outcomes.timedOut > 0 { text += ", \(outcomes.timedOut) timed out" }
        if outcomes.turnedAway > 0 { text += "; \(outcomes.turnedAway) more never reached it" }
        return text
    }

    private static func latency(_ latency: CallLatency) -> String {
        let figures = [("median", latency.p50), ("99 %", latency.p99), ("longest", latency.max)]
        return figures.map { "\($0.0) \(FigureText.nanoseconds($0.1))" }.joined(separator: ", ")
            + " (\(FigureText.count(latency.samples, "call")) timed)"
    }

    private static func memory(_ memory: ProcessMemory) -> String {
        let resident = FigureText.bytes(memory.residentBytes)
        guard let proportional = memory.proportionalBytes else { return "\(resident) resident" }
        return "\(FigureText.bytes(proportional)) its own and its part of what is shared; \(resident) resident"
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
            ["note", oneLine(plugin.sandbox?.notes.joined(separator: "; ") ?? "")],
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
        if plugin.pendingChange {
            // What is paused is not reloaded.
            let verb = plugin.state == PluginState.paused.name ? "resume" : "reload"
            rows.append(["change", "waits for plugin-host \(verb) \(plugin.id)"])
        }
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
