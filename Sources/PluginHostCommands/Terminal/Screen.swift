/// What a terminal shows: rows of cells.
struct Screen: Hashable, Sendable {
    /// One column of one row.
    struct Cell: Hashable, Sendable {
        /// What is drawn; empty for the second column of a wide character.
        var text = " "
        var style = TerminalStyle.plain
    }

    let columns: Int
    let rows: Int
    private var cells: [Cell]

    /// An empty screen.
    init(columns: Int, rows: Int) {
        self.columns = max(1, columns)
        self.rows = max(1, rows)
        cells = Array(repeating: Cell(), count: self.columns * self.rows)
    }

    subscript(row: Int, column: Int) -> Cell { cells[row * columns + column] }

    /// The texts of all rows, without the space at their ends.
    var lines: [String] {
        (0..<rows).map { row in
            var line = Substring((0..<columns).map { self[row, $0].text }.joined())
            while line.last == " " { line.removeLast() }
            return String(line)
        }
    }

    /// Writes a text in one row, as far as there is room; says where it ends.
    @discardableResult
    mutating func put(_ text: String, row: Int, column: Int, style: TerminalStyle = .plain) -> Int {
        guard (0..<rows).contains(row), column >= 0 else { return column }
        var column = column
        for character in text {
            guard let (drawn, width) = TextWidth.drawn(character) else { continue }
            guard column + width <= columns else {
                // Half of a wide character can't be shown.
                if column < columns { set(Cell(style: style), row, column) }
                return columns
            }
            set(Cell(text: drawn, style: style), row, column)
            if width == 2 { set(Cell(text: "", style: style), row, column + 1) }
            column += width
        }
        return column
    }

    /// Writes a text and fills the rest of the row with the same look.
    mutating func fill(_ text: String, row: Int, style: TerminalStyle) {
        guard (0..<rows).contains(row) else { return }
        var column = put(text, row: row, column: 0, style: style)
        while column < columns {
            set(Cell(style: style), row, column)
            column += 1
        }
    }

    /// Changes the look of a row.
    mutating func restyle(row: Int, _ change: (inout TerminalStyle) -> Void) {
        guard (0..<rows).contains(row) else { return }
        for column in 0..<columns { change(&cells[row * columns + column].style) }
    }

    private mutating func set(_ cell: Cell, _ row: Int, _ column: Int) {
        let place = row * columns + column
        // The other half of a wide character goes with the one that is written over.
        if !cell.text.isEmpty, cells[place].text.isEmpty, column > 0 { cells[place - 1].text = " " }
        if column + 1 < columns, cells[place + 1].text.isEmpty { cells[place + 1].text = " " }
        cells[place] = cell
    }
}
