internal import PluginHost

/// What a file is, for people.
enum InspectionText {
    /// The verdict in one line, and below it what is known of the file.
    static func of(_ report: InspectionReport) -> String {
        let verdict = report.isPlugin ? "a plugin" : report.verdict
        // Messages that can stand alone begin with the path, which is told already.
        let start = "\(report.path): "
        let message = report.message.map { $0.hasPrefix(start) ? String($0.dropFirst(start.count)) : $0 }
        let reason = message.map { ": \(StatusText.oneLine($0))" } ?? ""
        let details = details(of: report)
        return "\(report.path): \(verdict)\(reason)"
            + (details.isEmpty ? "" : "\n" + TextTable.aligned(details, indent: 2))
    }

    private static func details(of report: InspectionReport) -> [[String]] {
        var rows: [[String]] = []
        if let size = report.size { rows.append(["size", FigureText.bytes(size)]) }
        if let machine = report.machine { rows.append(["machine", machine]) }
        if let build = report.build { rows.append(["build", build]) }
        if let id = report.buildID { rows.append(["build id", id]) }
        if let trust = report.trust { rows.append(["trust", trust]) }
        guard report.isPlugin || report.exportsFactory else { return rows }
        rows.append(["factory", report.exportsFactory ? "exported" : "missing"])
        rows += report.manifest.map(manifest) ?? [["manifest", "none"]]
        if !report.neededLibraries.isEmpty { rows.append(["needs", report.neededLibraries.joined(separator: ", ")]) }
        return rows
    }

    private static func manifest(_ manifest: ImageManifest) -> [[String]] {
        var rows: [[String]] = []
        if let major = manifest.abiMajor { rows.append(["contract", "\(major).\(manifest.abiMinor ?? 0)"]) }
        if let version = manifest.swiftVersion {
            let text = "\(version / 10_000).\(version / 100 % 100).\(version % 100)"
            rows.append(["language", manifest.isSwift ? "Swift \(text)" : "not Swift"])
        }
        if let low = manifest.stateSchemaMinimum, let high = manifest.stateSchemaMaximum, high > 0 {
            rows.append(["state schema", low == high ? "\(low)" : "\(low) to \(high)"])
        }
        return rows
    }
}
