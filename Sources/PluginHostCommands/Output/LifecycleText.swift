internal import PluginHost

/// What became of plugins' lives, for people.
enum LifecycleText {
    static func of(_ results: [LifecycleResult]) -> String {
        guard !results.isEmpty else { return "there is nothing to do" }
        return results.map { result in
            result.success ? "\(result.plugin) is \(result.state)" : "failed: \(result.error ?? result.plugin)"
        }.joined(separator: "\n")
    }

    static func health(_ reports: [String: HealthReport]) -> String {
        guard !reports.isEmpty else { return "no plugin runs" }
        let rows = reports.sorted { $0.key < $1.key }.map { id, report in
            [id, report.level, report.errors > 0 ? "\(report.errors)" : "", report.details]
        }
        return TextTable.aligned([["ID", "HEALTH", "ERRORS", "DETAILS"]] + rows)
    }

    static func statistics(_ figures: JSONValue) -> String {
        guard case .object(let figures) = figures, !figures.isEmpty else { return "no figures" }
        let rows = figures.sorted { $0.key < $1.key }.map { name, value in
            [name, (try? JSONCoding.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""]
        }
        return TextTable.aligned(rows)
    }
}
