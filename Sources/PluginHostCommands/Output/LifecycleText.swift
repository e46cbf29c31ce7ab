internal import PluginHost

/// What became of plugins' lives, for people.
enum LifecycleText {
    static func of(_ results: [LifecycleResult]) -> String {
        guard !results.isEmpty else { return "there is nothing to do" }
        return results.map { result in
            result.success
                ? "\(result.plugin) is \(result.state)" : "failed: \(LogText.oneLine(result.error ?? result.plugin))"
        }.joined(separator: "\n")
    }

    static func configuration(_ result: ConfigurationResult) -> String {
        switch result.way {
        case .pushed, .reloaded: "\(result.plugin) has taken it\(instance(result))"
        case .stored: "\(result.plugin) does not run; it is given it when it does"
        case .unchanged: "\(result.plugin) has it already"
        case .refused: "refused: \(LogText.oneLine(result.error ?? result.plugin))"
        }
    }

    /// Whether settings were taken by another instance than had those before.
    static func instance(_ result: ConfigurationResult) -> String {
        guard result.way == .reloaded else { return "" }
        return ", in a new instance" + (result.statePreserved == true ? " with its state" : "")
    }

    static func health(_ reports: [String: HealthReport]) -> String {
        guard !reports.isEmpty else { return "no plugin runs" }
        let rows = reports.sorted { $0.key < $1.key }.map { id, report in
            [
                id, report.level, report.uptimeSeconds.map(FigureText.seconds) ?? "",
                report.errors > 0 ? "\(report.errors)" : "", report.details,
            ]
        }
        return TextTable.aligned([["ID", "HEALTH", "SERVES FOR", "ERRORS", "DETAILS"]] + rows)
    }

    /// What a plugin tells of itself, below what the host has counted of it.
    static func statistics(_ figures: JSONValue, _ counted: [[String]]) -> String {
        let counted = TextTable.aligned(counted)
        guard case .object(let figures) = figures, !figures.isEmpty else { return counted }
        let rows = figures.sorted { $0.key < $1.key }.map { name, value in
            [name, (try? JSONCoding.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""]
        }
        return counted + "\n\n" + TextTable.aligned(rows)
    }
}
