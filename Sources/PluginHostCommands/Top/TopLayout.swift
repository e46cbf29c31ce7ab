/// Which columns the list has, and how wide they are.
struct TopLayout: Hashable, Sendable {
    /// The least that is of any use for what happened last.
    private static let leastEvent = 12

    /// A column and its width.
    struct Entry: Hashable, Sendable {
        var column: TopColumn
        var width: Int
    }

    let entries: [Entry]

    /// Makes room for as many columns as go.
    init(width: Int, rows: [TopRow]) {
        var entries = TopColumn.allCases.filter { $0 != .event }.map { column in
            let widest = rows.map { TextWidth.of(column.text($0)) }.max() ?? 0
            return Entry(column: column, width: min(column.limit, max(TextWidth.of(column.title), widest)))
        }
        func taken() -> Int { entries.reduce(-1) { $0 + $1.width + 1 } }
        for column in TopColumn.dispensable where taken() > width { entries.removeAll { $0.column == column } }
        let rest = width - taken() - 1
        if rest >= Self.leastEvent {
            entries.append(Entry(column: .event, width: rest))
        }
        if let index = entries.firstIndex(where: { $0.column == .id }), taken() > width {
            entries[index].width = max(1, entries[index].width - (taken() - width))
        }
        self.entries = entries
    }

    /// The titles, with a mark at the column that the list is sorted by, for which a narrow title gives way.
    func titles(sortedBy column: TopColumn, isReversed: Bool) -> String {
        line { entry in
            guard entry.column == column else { return entry.column.title }
            return "\(entry.column.title.prefix(max(0, entry.width - 1)))\(isReversed ? "▲" : "▼")"
        }
    }

    /// One row.
    func text(_ row: TopRow) -> String {
        line { $0.column.text(row) }
    }

    private func line(_ text: (Entry) -> String) -> String {
        entries.map { TextWidth.fitted(text($0), to: $0.width, right: $0.column.isFigure) }.joined(separator: " ")
    }
}
