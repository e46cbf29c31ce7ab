internal import PluginHost

/// A report in short, for people in a terminal.
enum ReportText {
    /// What happened, plugin by plugin, and how they stand.
    static func of(_ report: HostReport, width: Int? = nil) -> String {
        let marks = ReportMark.marks(of: report.events)
        var sections = [span(report)]
        sections.append(plugins(report, marks, width))
        let troubles = marks.filter { [.failed, .rolledBack, .crashed].contains($0.kind) }.suffix(5)
        if !troubles.isEmpty {
            sections.append((["last troubles:"] + troubles.map { line($0, width) }).joined(separator: "\n"))
        }
        if let directory = report.stateDirectory {
            sections.append(
                "plugin-host logs, crashes and doctor look at --state-dir \(StatusText.oneLine(directory)) as well"
            )
        }
        sections.append("plugin-host report --html FILE shows all of it, with times, health and crashes")
        return sections.joined(separator: "\n\n")
    }

    private static func span(_ report: HostReport) -> String {
        var lines: [String] = []
        if let host = report.status?.host {
            lines.append("host \(host.version), process \(host.pid), up \(FigureText.seconds(host.uptimeSeconds))")
        } else {
            lines.append("the host is not running, or was not asked (--state-dir): this is what it has left")
            lines.append("state directory: \(StatusText.oneLine(report.stateDirectory ?? "unknown"))")
        }
        if let first = report.events.first {
            let last = report.events.last.map { ", the last at \(TimestampText.format($0.time))" } ?? ""
            let count = FigureText.count(report.events.count, "event")
            lines.append("\(count) since \(TimestampText.format(first.time))\(report.status == nil ? last : "")")
        } else {
            lines.append("no event is kept")
        }
        lines.append("\(FigureText.count(report.crashes.count, "crash report")) kept")
        return lines.joined(separator: "\n")
    }

    private static func plugins(_ report: HostReport, _ marks: [ReportMark], _ width: Int?) -> String {
        let ids = Set(report.plugins.map(\.id)).union(marks.map(\.plugin)).sorted()
        guard !ids.isEmpty else { return "no plugin yet" }
        let rows = ids.map { id -> [String] in
            let own = marks.filter { $0.plugin == id }
            func count(_ kind: ReportMark.MarkKind) -> String { "\(own.count { $0.kind == kind })" }
            let times = own.filter { $0.kind == .reloaded }.compactMap(\.seconds).sorted()
            let plugin = report.plugins.first { $0.id == id }
            let spans = report.health[id] ?? []
            let checks = spans.reduce(0) { $0 + $1.checks }
            let healthy = spans.filter { $0.level == "healthy" }.reduce(0) { $0 + $1.checks }
            return [
                id, plugin?.state ?? (report.status == nil ? "-" : "gone"), count(.reloaded),
                count(.failed),
                count(.rolledBack), count(.crashed), times.isEmpty ? "-" : FigureText.seconds(times[times.count / 2]),
                checks == 0 ? "-" : "\(healthy) of \(checks) healthy",
            ]
        }
        let titles = ["ID", "STATE", "RELOADS", "FAILED", "BACK", "CRASHES", "MEDIAN", "HEALTH"]
        return TextTable.lines([titles] + rows, width: width)
    }

    private static func line(_ mark: ReportMark, _ width: Int?) -> String {
        let text = StatusText.oneLine(mark.text)
        let start = "  \(TimestampText.format(mark.time))  \(StatusText.oneLine(mark.plugin))  \(mark.kind.word)"
        let line = text.isEmpty ? start : "\(start): \(text)"
        return width.map { TextTable.cut(line, to: $0) } ?? line
    }
}
