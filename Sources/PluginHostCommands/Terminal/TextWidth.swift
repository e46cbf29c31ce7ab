/// How many columns of a terminal texts take.
///
/// Terminals disagree about clusters of several symbols, so that only the first one of a cluster is shown, with its accents; then
/// all of them agree.
enum TextWidth {
    /// A cluster as it is drawn, and its columns; nothing for what can't be seen.
    static func drawn(_ character: Character) -> (text: String, width: Int)? {
        guard let first = character.unicodeScalars.first else { return nil }
        if character.isASCII {
            // The end of a line on other systems is one character of two.
            return (0x20..<0x7f).contains(first.value) && character.unicodeScalars.count == 1
                ? (String(character), 1) : (" ", 1)
        }
        // Half of a flag is a letter in a box, or nothing, or a flag.
        if (0x1f1e6...0x1f1ff).contains(first.value) { return ("⚑", 1) }
        let width = width(of: first)
        guard width > 0 else { return nil }
        var text = String.UnicodeScalarView([first])
        for scalar in character.unicodeScalars.dropFirst() where isAccent(scalar) { text.append(scalar) }
        return (String(text), width)
    }

    /// How many columns a text takes.
    static func of(_ text: String) -> Int {
        text.reduce(0) { $0 + (drawn($1)?.width ?? 0) }
    }

    /// The text, cut to a number of columns with a mark where something is missing.
    static func cut(_ text: String, to limit: Int) -> String {
        guard of(text) > limit else { return text }
        guard limit > 0 else { return "" }
        var result = ""
        var width = 0
        for character in text {
            let next = drawn(character)?.width ?? 0
            if width + next > limit - 1 { break }
            result.append(character)
            width += next
        }
        return result + "…"
    }

    /// The text, cut or filled up to a number of columns.
    static func fitted(_ text: String, to width: Int, right: Bool = false) -> String {
        let text = cut(text, to: width)
        let space = String(repeating: " ", count: max(0, width - of(text)))
        return right ? space + text : text + space
    }

    /// The text in lines of a number of columns, broken where they are full.
    static func wrapped(_ text: String, to limit: Int) -> [String] {
        var lines = [""]
        var width = 0
        for character in text {
            let next = drawn(character)?.width ?? 0
            if width + next > limit, width > 0 {
                lines.append("")
                width = 0
            }
            lines[lines.count - 1].append(character)
            width += next
        }
        return lines
    }

    private static func isAccent(_ scalar: Unicode.Scalar) -> Bool {
        // The vowels and ends of a Korean syllable are written below its beginning.
        if (0x1160...0x11ff).contains(scalar.value) { return true }
        if (0xfe00...0xfe0f).contains(scalar.value) { return false }
        return [.nonspacingMark, .enclosingMark].contains(scalar.properties.generalCategory)
    }

    private static func width(of scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if (0x80..<0xa0).contains(value) || (0x1160...0x11ff).contains(value) { return 0 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .control, .surrogate, .lineSeparator, .paragraphSeparator: return 0
        case .format: return value == 0xad ? 1 : 0
        default: return isWide(value) ? 2 : 1
        }
    }

    private static func isWide(_ value: UInt32) -> Bool {
        var (low, high) = (0, WideCharacters.ranges.count)
        while low < high {
            let middle = (low + high) / 2
            let range = WideCharacters.ranges[middle]
            if range.contains(value) { return true }
            if value < range.lowerBound { high = middle } else { low = middle + 1 }
        }
        return false
    }
}
