/// A terminal that understands what this package sends to one, and traps on nothing.
///
/// It knows no more of widths than the test tells it, so that a wrong table does not confirm itself.
package struct TerminalEmulator: Sendable {
    package private(set) var columns: Int
    package private(set) var rows: Int
    /// The cells of the screen that is shown.
    package private(set) var cells: [[String]]
    /// Whether the other screen is shown.
    package private(set) var isAlternate = false
    package private(set) var hasCursor = true
    package private(set) var wraps = true
    /// Whether a frame was begun and not ended.
    package private(set) var isInFrame = false
    /// How many frames have come.
    package private(set) var frames = 0
    /// What was not understood.
    package private(set) var strange: [String] = []
    /// The colours and looks that were asked for.
    package private(set) var looks: Set<String> = []
    private let wide: Set<Character>
    /// The size of before, until the program shows that it knows the new one.
    private var former: (columns: Int, rows: Int)?
    /// Whether the frame has begun with an empty screen, and whether all of it was inside of the window.
    private var isWhole = false
    private var fits = true
    private var row = 0
    private var column = 0
    private var pending: [UInt8] = []

    package init(columns: Int, rows: Int, wide: Set<Character> = []) {
        self.columns = columns
        self.rows = rows
        self.wide = wide
        cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
    }

    /// The rows as text, without the space at their ends.
    package var lines: [String] {
        cells.map { row in
            var line = Substring(row.joined())
            while line.last == " " { line.removeLast() }
            return String(line)
        }
    }

    /// All of it as one text.
    package var text: String { lines.joined(separator: "\n") }

    /// Gives the window another size; what was shown is lost, as in terminals that do not wrap again.
    ///
    /// What the program paints for the size of before is cut off, and nothing strange: it may not have been told yet, or what it
    /// has painted is still on its way. The first whole frame that fits the new size ends that.
    package mutating func resize(columns: Int, rows: Int) {
        former = (self.columns, self.rows)
        (self.columns, self.rows, row, column) = (columns, rows, 0, 0)
        isWhole = false
        clear()
    }

    private mutating func clear() {
        cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
    }

    /// Takes what a program has written, in pieces of any size.
    package mutating func take(_ bytes: some Sequence<UInt8>) {
        pending += bytes
        while let (text, count) = next() {
            pending.removeFirst(count)
            perform(text)
        }
    }

    /// The next letter or sequence that has come as a whole.
    private func next() -> (String, Int)? {
        guard let first = pending.first else { return nil }
        if first == 0x1b {
            guard pending.count > 1 else { return nil }
            guard pending[1] == UInt8(ascii: "[") else { return (String(decoding: pending[..<2], as: UTF8.self), 2) }
            guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7e).contains($0) }) else { return nil }
            return (String(decoding: pending[...end], as: UTF8.self), end + 1)
        }
        let count = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
        guard pending.count >= count else { return nil }
        return (String(decoding: pending[..<count], as: UTF8.self), count)
    }

    private mutating func perform(_ text: String) {
        guard text.hasPrefix("\u{1b}") else { return draw(text) }
        guard text.hasPrefix("\u{1b}["), let last = text.last else { return strange.append(text) }
        let parameters = text.dropFirst(2).dropLast()
        switch (last, parameters) {
        case ("h", "?1049"), ("l", "?1049"): isAlternate = last == "h"
        case ("h", "?25"), ("l", "?25"): hasCursor = last == "h"
        case ("h", "?7"), ("l", "?7"): wraps = last == "h"
        case ("h", "?2026"): (isInFrame, isWhole, fits) = (true, false, true)
        case ("l", "?2026"):
            if isInFrame { frames += 1 }
            if isWhole, fits { former = nil }
            isInFrame = false
        case ("J", "2"):
            (row, column, isWhole) = (0, 0, true)
            clear()
        case ("m", _): looks.formUnion(parameters.split(separator: ";").map(String.init))
        case ("H", _):
            let numbers = parameters.split(separator: ";").compactMap { Int($0) }
            guard numbers.count == 2 else { return strange.append(text) }
            (row, column) = (numbers[0] - 1, numbers[1] - 1)
        default: strange.append(text)
        }
    }

    private mutating func draw(_ text: String) {
        guard let character = text.first else { return }
        let value = text.unicodeScalars.first.map { $0.value } ?? 0
        guard value >= 0x20 else {
            // What the terminal's driver and shells print on the usual screen.
            if isAlternate { strange.append(text) }
            return
        }
        // An accent belongs to the letter before.
        if (0..<rows).contains(row), column <= columns,
            [.nonspacingMark, .enclosingMark].contains(character.unicodeScalars.first?.properties.generalCategory)
        {
            let before = cells[row][max(0, column - 1)].isEmpty ? max(0, column - 2) : max(0, column - 1)
            cells[row][before] += text
            return
        }
        guard (0..<rows).contains(row), (0..<columns).contains(column) else {
            guard let former, (0..<former.rows).contains(row), (0..<former.columns).contains(column) else {
                return strange.append("\(row) \(column) \(text)")
            }
            fits = false
            column += wide.contains(character) ? 2 : 1
            return
        }
        cells[row][column] = text
        if wide.contains(character) {
            if column + 1 < columns { cells[row][column + 1] = "" }
            column += 1
        } else if column + 1 < columns, cells[row][column + 1].isEmpty {
            cells[row][column + 1] = " "
        }
        column += 1
    }
}
