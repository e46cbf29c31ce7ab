/// What others have said, made safe for a line of text.
package enum LogText {
    /// Longer messages are cut: one record must not fill the file.
    package static let longest = 16_384

    /// The text in one line, without anything that moves a terminal's cursor or begins a line of its own.
    ///
    /// Line ends become spaces, and other control characters are spelled out, so that nobody's message can be taken for a
    /// record of somebody else.
    package static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\r", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}":
                if !result.hasSuffix(" ") { result += " " }
            case "\t": result += " "
            default: append(scalar, to: &result)
            }
        }
        while result.hasSuffix(" ") { result.removeLast() }
        return result
    }

    /// The text in the lines that it has, without anything else that moves a terminal's cursor or changes its colours.
    package static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { isControl($0) && $0 != "\n" && $0 != "\t" }) else { return text }
        return text.reduce(into: "") { result, character in
            switch character {
            case "\n", "\r\n", "\t": result.append(character)
            default: for scalar in character.unicodeScalars { append(scalar, to: &result) }
            }
        }
    }

    /// Appends what stands for itself as it is, and spells the rest out.
    private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
        if isControl(scalar) {
            text += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
            text.unicodeScalars.append(scalar)
        }
    }

    /// The text with a mark in place of what is too much.
    package static func cut(_ text: String) -> String {
        guard text.utf8.count > longest else { return text }
        let rest = text.utf8.count - longest
        return String(decoding: text.utf8.prefix(longest), as: UTF8.self) + "… (\(rest) more bytes)"
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1f, 0x7f...0x9f, 0x2028, 0x2029: true
        // What turns the direction of writing around.
        case 0x202a...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}
