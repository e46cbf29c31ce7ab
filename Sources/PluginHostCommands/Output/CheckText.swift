internal import PluginConformance

/// What checks have found, for people.
enum CheckText {
    private static let nameWidth = ConformanceCheck.all.map(\.name.count).max() ?? 0
    private static let indent = 4

    /// The line above the checks of a file.
    static func heading(of path: String, _ count: Int, _ seed: UInt64) -> String {
        "\(StatusText.oneLine(path)): \(count) \(count == 1 ? "check" : "checks"), seed \(seed)"
    }

    /// One check; `nil` for one that was not made because no host would load the file, which is said below.
    static func of(_ result: CheckResult) -> String? {
        switch result.outcome {
        case .passed: return line("✓", result, result.reason.map { "\(result.summary) (\($0))" } ?? result.summary)
        case .skipped:
            if result.reason == FileChecking.notMade.reason { return nil }
            return line("-", result, "skipped: \(result.reason ?? "no reason given")")
        case .failed: return failure(result)
        }
    }

    /// The line below the checks of a file.
    static func summary(of file: FileChecks) -> String {
        let parts = [(file.passed, "passed"), (file.failed, "failed"), (file.skipped, "skipped")]
        let counts = parts.filter { $0.0 > 0 || $0.1 == "passed" }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        let isRefused = file.checks.contains { $0.reason == FileChecking.notMade.reason }
        return counts + (isRefused ? ": \(FileChecking.notMade.reason ?? "")" : "")
    }

    /// All checks, with what they hold a plugin to.
    static func list(_ checks: [ConformanceCheck]) -> String {
        checks.map { check in
            TextTable.wrapped("\(check.name): \(check.summary)", width: TextTable.width) + "\n"
                + indented(check.promise)
        }
        .joined(separator: "\n")
    }

    private static func failure(_ result: CheckResult) -> String {
        var rows = [["promised", result.promise]]
        if let hint = result.hint { rows.append(["remedy", hint]) }
        var text = line("✗", result, result.reason ?? "failed") + "\n" + TextTable.aligned(rows, indent: indent)
        // A command is copied as a whole, so it is not wrapped.
        text += "\n" + TextTable.aligned([["see it  ", result.reproduce]], indent: indent, wrapping: false)
        let said =
            result.output?.split(whereSeparator: \.isNewline).suffix(5).map { StatusText.oneLine(String($0)) } ?? []
        for line in said { text += "\n" + String(repeating: " ", count: indent) + "| \(line)" }
        return text
    }

    private static func line(_ mark: String, _ result: CheckResult, _ text: String) -> String {
        let name = result.name + String(repeating: " ", count: max(0, nameWidth - result.name.count))
        return TextTable.aligned([["\(mark) \(name)", StatusText.oneLine(text)]], indent: 2)
    }

    private static func indented(_ text: String) -> String {
        TextTable.aligned([["", text]], indent: indent - 2)
    }
}
