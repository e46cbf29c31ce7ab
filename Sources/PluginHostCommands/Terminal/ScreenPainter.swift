/// Finds what to send to a terminal that shows one screen, so that it shows another.
enum ScreenPainter {
    /// The bytes: only the cells that differ, and nothing at all if none does.
    ///
    /// Terminals that know how to do that show them all at once; the others show them so fast that it makes no difference.
    /// What is shown now is `nil` if that is not known.
    static func bytes(from old: Screen?, to new: Screen, colours: Bool) -> [UInt8] {
        let known = old.flatMap { $0.columns == new.columns && $0.rows == new.rows ? $0 : nil }
        let blank = Screen.Cell()
        var output = known == nil ? "\u{1b}[0m\u{1b}[2J" : ""
        var style: TerminalStyle? = known == nil ? .plain : nil
        var cursor: (row: Int, column: Int)?
        for row in 0..<new.rows {
            for column in 0..<new.columns {
                let cell = new[row, column]
                // The second column of a wide character is drawn with the first.
                guard !cell.text.isEmpty, cell != (known.map { $0[row, column] } ?? blank) else { continue }
                if cursor.map({ $0 == (row, column) }) != true { output += "\u{1b}[\(row + 1);\(column + 1)H" }
                if style != cell.style {
                    output += cell.style.sequence(colours: colours)
                    style = cell.style
                }
                output += cell.text
                let isWide = column + 1 < new.columns && new[row, column + 1].text.isEmpty
                cursor = (row, column + (isWide ? 2 : 1))
            }
            // Where the cursor is behind the last column, terminals disagree.
            if let place = cursor, place.column >= new.columns { cursor = nil }
        }
        guard !output.isEmpty else { return [] }
        return Array("\u{1b}[?2026h\(output)\u{1b}[0m\u{1b}[?2026l".utf8)
    }
}
