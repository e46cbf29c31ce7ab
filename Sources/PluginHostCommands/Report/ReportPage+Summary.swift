internal import PluginHost

extension ReportPage {
    /// What the report is about.
    var summary: Markup {
        guard let host = report.status?.host else { return remains }
        let facts: [(String, String)] = [
            ("host", "version \(host.version), process \(host.pid), up \(FigureText.seconds(host.uptimeSeconds))"),
            ("plugins", "\(host.totals.plugins): \(host.totals.loaded) serving, \(host.totals.failed) failed"),
            ("reloads", "\(host.strategy), \(host.totals.reloads) done in this run"),
            (
                "directories",
                "plugins in \(host.pluginDirectories.joined(separator: ", ")); state in \(host.stateDirectory)"
            ),
            ("events", span), ("as of", TimestampText.format(report.time)),
        ]
        let list = facts.flatMap { [Markup.element("dt", [:], $0.0), .element("dd", [:], $0.1)] }
        let troubles = host.troubles.map { Markup.element("p", ["class": "trouble"], "Trouble: \($0)") }
        return Markup([.element("dl", [:], list)] + troubles)
    }

    /// The same without a host.
    private var remains: Markup {
        let facts = [
            ("host", "it is not running, or was not asked: this is what it has left"),
            ("directory", report.stateDirectory ?? "unknown"),
            ("events", span), ("as of", TimestampText.format(report.time)),
        ]
        return .element("dl", [:], facts.flatMap { [Markup.element("dt", [:], $0.0), .element("dd", [:], $0.1)] })
    }

    private var span: String {
        guard let first = report.events.first, let last = report.events.last else { return "none is kept" }
        let (from, until) = (TimestampText.format(first.time), TimestampText.format(last.time))
        return "\(report.events.count) are kept, from \(from) to \(until)"
    }

    /// How the plugins stand.
    var plugins: Markup {
        guard !report.plugins.isEmpty else {
            let note = report.status == nil ? "No host was asked how its plugins are." : "There is no plugin."
            return Self.section("plugins", "Plugins", [Self.note(note)])
        }
        let titles = [
            "Plugin", "State", "Version", "Generation", "Runs in", "Calls", "Failed", "Reloads", "Failed reloads",
            "Restarts", "Last error",
        ]
        let rows = report.plugins.map { plugin in
            [
                plugin.id, plugin.state + (plugin.onProbation ? ", on probation" : ""), plugin.version,
                "\(plugin.generation)", plugin.isolation, "\(plugin.calls)", "\(plugin.failedCalls)",
                "\(plugin.reloads)", "\(plugin.failedReloads)", "\(plugin.restarts)",
                StatusText.oneLine(plugin.quarantine.map { "quarantined: \($0.reason)" } ?? plugin.lastError ?? ""),
            ]
        }
        return Self.section("plugins", "Plugins", [Self.table("How the plugins stand", titles, rows)])
    }
}
