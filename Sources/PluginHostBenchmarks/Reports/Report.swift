internal import FoundationEssentials

/// What is printed at the end.
enum Report {
    private struct Results: Encodable {
        let results: [BenchmarkResult]
    }

    /// One line of JSON.
    static func json(_ results: [BenchmarkResult]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(Results(results: results)), as: UTF8.self)
    }

    /// A table for people.
    static func table(_ results: [BenchmarkResult], targets: [String: Target]) -> String {
        var rows = [["name", "unit", "p50", "p99", "floor", "ratio", "to reach", ""]]
        for result in results {
            let target = targets[result.name]
            let verdict =
                switch target?.isReached(result, results) {
                case true?: "reached"
                case false?: "missed"
                case nil: ""
                }
            rows.append([
                result.name, result.unit, FigureText.number(result.p50), FigureText.number(result.p99),
                FigureText.number(result.floor), result.ratio.map(FigureText.number) ?? "-", target?.text ?? "",
                verdict,
            ])
        }
        return aligned(rows, numbers: 2...5)
    }

    /// Columns that stand below each other; numbers end below each other.
    private static func aligned(_ rows: [[String]], numbers: ClosedRange<Int>) -> String {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, text) in row.enumerated() {
                let space = String(repeating: " ", count: widths[column] - text.count)
                line += (numbers.contains(column) ? space + text : text + space) + "  "
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
