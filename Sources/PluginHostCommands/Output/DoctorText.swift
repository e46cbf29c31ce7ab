/// What a doctor has found, for people.
enum DoctorText {
    /// All findings, in the order in which they were made, and below them what it comes to.
    static func of(_ diagnosis: Diagnosis) -> String {
        let lines = diagnosis.findings.map(line)
        let counts = [
            (diagnosis.errors, "error"), (diagnosis.warnings, "warning"),
            (diagnosis.findings.count { $0.severity == .note }, "note"),
        ]
        let parts = counts.filter { $0.0 > 0 }.map { FigureText.count($0.0, $0.1) }
        return lines.joined(separator: "\n") + "\n" + (parts.isEmpty ? "all is well" : parts.joined(separator: ", "))
    }

    private static func line(_ finding: Finding) -> String {
        let head = "\(mark(finding.severity)) \(finding.subject)"
        let pad = String(repeating: " ", count: max(0, 20 - head.count))
        var text = TextTable.aligned([[head + pad, StatusText.oneLine(finding.message)]])
        if let remedy = finding.remedy {
            // A command is copied as a whole, so it is not wrapped.
            let isCommand = remedy.hasPrefix("plugin-host ") && !remedy.contains { ",;".contains($0) }
            let row = ["", "→ \(StatusText.oneLine(remedy))"]
            text += "\n" + TextTable.aligned([row], indent: 20, wrapping: !isCommand)
        }
        return text
    }

    private static func mark(_ severity: Finding.Severity) -> String {
        switch severity {
        case .ok: "✓"
        case .note: "·"
        case .warning: "!"
        case .error: "✗"
        }
    }
}
