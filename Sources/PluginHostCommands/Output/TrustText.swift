internal import PluginHost

/// Whether a file is trusted, for people.
enum TrustText {
    /// The verdict in one line, and below it everything that bears on it.
    static func of(_ report: TrustReport) -> String {
        let message = report.message.map { Self.reason($0, report) }
        let verdict = report.isTrusted ? "trusted" : "not trusted"
        let why = message.map { ": \(StatusText.oneLine($0))" } ?? ""
        var lines = ["\(report.path): \(verdict) (policy \(report.policy))\(why)"]
        lines += [places(report), TextTable.aligned(content(report), indent: 2)]
        return lines.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// The line that pins a build, as it stands in the configuration.
    static func pin(_ report: TrustReport) -> String? {
        let name = report.path.split(separator: "/").last.map(String.init) ?? report.path
        return report.build.map { "\"\($0)\", // \(StatusText.oneLine(name))" }
    }

    /// A message without its beginning, which the verdict tells already.
    private static func reason(_ message: String, _ report: TrustReport) -> String {
        for start in ["\(report.path): it is not trusted: ", "\(report.path): "] where message.hasPrefix(start) {
            return String(message.dropFirst(start.count))
        }
        return message
    }

    private static func places(_ report: TrustReport) -> String {
        let rows = report.places.map { place in
            [place.fault == nil ? "✓" : "✗", place.mode, place.owner, place.group, StatusText.oneLine(place.path)]
        }
        let lines = TextTable.aligned(rows, indent: 2, wrapping: false).split(separator: "\n").map(String.init)
        return zip(lines, report.places).map { line, place in
            guard let fault = place.fault else { return line }
            return "\(line)\n     it \(StatusText.oneLine(fault)): \(StatusText.oneLine(place.remedy ?? ""))"
        }
        .joined(separator: "\n")
    }

    private static func content(_ report: TrustReport) -> [[String]] {
        guard let build = report.build else { return [] }
        var rows = [["SHA-256", build + (report.isPinned ? " ✓ pinned" : "")]]
        guard let signature = report.signature else { return rows + [["signature", "none"]] }
        let what = signature.namespace.map { " for \(StatusText.oneLine($0))" } ?? ""
        if signature.isValid {
            rows.append(["signature", "✓ by \(signature.principals.joined(separator: ", "))\(what)"])
        } else {
            let why = signature.message.map { reason($0, report) } ?? ""
            rows.append(["signature", "✗\(what): \(StatusText.oneLine(why))"])
        }
        return rows
    }
}
