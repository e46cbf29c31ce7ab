/// How a cell of the terminal looks.
struct TerminalStyle: Hashable, Sendable {
    /// A colour of the terminal's own palette, which suits its background.
    enum Colour: Int, Hashable, Sendable {
        case red = 31
        case yellow = 33
        case blue = 34
        case cyan = 36
    }

    var isBold = false
    var isDim = false
    var isReversed = false
    var colour: Colour?

    static let plain = TerminalStyle()
    static let bold = TerminalStyle(isBold: true)
    static let dim = TerminalStyle(isDim: true)
    static let reversed = TerminalStyle(isReversed: true)

    static func colour(_ colour: Colour?, isBold: Bool = false) -> TerminalStyle {
        TerminalStyle(isBold: isBold, colour: colour)
    }

    /// What sets this look, from whatever there was.
    func sequence(colours: Bool) -> String {
        var codes = ["0"]
        if isBold { codes.append("1") }
        if isDim { codes.append("2") }
        if isReversed { codes.append("7") }
        if colours, let colour { codes.append("\(colour.rawValue)") }
        return "\u{1b}[\(codes.joined(separator: ";"))m"
    }
}
