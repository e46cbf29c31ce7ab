internal import PluginHost

/// Text in columns, for people.
package enum TextTable {
    /// The width that output is made for.
    static let width = 80

    /// Rows whose columns begin below each other; the last column is wrapped where it would leave the page.
    ///
    /// A cell is one line, whoever has written what stands in it.
    static func aligned(_ rows: [[String]], indent: Int = 0, wrapping: Bool = true) -> String {
        let rows = rows.map { $0.map(LogText.oneLine) }
        let columns = rows.map(\.count).max() ?? 0
        guard columns > 0 else { return "" }
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        let last = indent + widths.dropLast().reduce(0) { $0 + $1 + 2 }
        let lines = rows.map { row -> String in
            var line = String(repeating: " ", count: indent)
            for (column, text) in row.enumerated() {
                if column < columns - 1 {
                    line += text + String(repeating: " ", count: widths[column] - text.count + 2)
                } else if wrapping {
                    let pad = "\n" + String(repeating: " ", count: last)
                    line += wrapped(text, width: max(20, width - last)).replacingLineFeeds(with: pad)
                } else {
                    line += text
                }
            }
            return line.trimmingTrailingSpaces()
        }
        return lines.joined(separator: "\n")
    }

    /// Rows of one line each; where they have to fit, the names in one column are cut down to 20 characters if it has to be, and
    /// what stands at the end of the line to what is left.
    static func lines(_ rows: [[String]], names column: Int = 0, width: Int?) -> String {
        guard let width else { return aligned(rows, wrapping: false) }
        let last = (rows.map(\.count).max() ?? 0) - 1
        func fitted(names: Int, end: Int) -> [String] {
            let rows = rows.map { row in
                row.enumerated().map { index, text in
                    let limit = index == column ? names : index == last ? end : nil
                    return limit.map { cut(LogText.oneLine(text), to: $0) } ?? text
                }
            }
            return aligned(rows, wrapping: false).split(separator: "\n").map(String.init)
        }
        let longest = rows.map { column < $0.count ? LogText.oneLine($0[column]).count : 0 }.max() ?? 0
        let excess = max(0, (fitted(names: longest, end: 20).map(\.count).max() ?? 0) - width)
        return fitted(names: max(20, longest - excess), end: width).map { cut($0, to: width) }
            .joined(separator: "\n")
    }

    /// The text in lines of at most so many characters, as far as its words allow.
    static func wrapped(_ text: String, width: Int) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        if !line.isEmpty { lines.append(line) }
        return lines.joined(separator: "\n")
    }

    /// The text, cut to a number of characters with a mark where something is missing.
    static func cut(_ text: String, to limit: Int) -> String {
        text.count <= limit ? text : text.prefix(max(0, limit - 1)) + "…"
    }
}

extension String {
    fileprivate func replacingLineFeeds(with separator: String) -> String {
        split(separator: "\n", omittingEmptySubsequences: false).joined(separator: separator)
    }

    fileprivate func trimmingTrailingSpaces() -> String {
        var result = Substring(self)
        while result.last == " " { result.removeLast() }
        return String(result)
    }
}
