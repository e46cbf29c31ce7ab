/// Tells whether bytes are one JSON value (RFC 8259), without making anything of them.
struct JSONSyntax {
    /// Deeper nesting than anybody writes, and far from what a stack holds.
    private static let deepest = 128

    private let bytes: [UInt8]
    private var at = 0

    /// Whether the bytes are one JSON value in UTF-8, with nothing but blanks around it.
    static func isValue(_ bytes: [UInt8]) -> Bool {
        var syntax = JSONSyntax(bytes: bytes)
        guard syntax.takesValue(depth: 0) else { return false }
        syntax.skipBlanks()
        return syntax.at == bytes.count && String(validating: bytes, as: UTF8.self) != nil
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    private mutating func takes(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        at += 1
        return true
    }

    private mutating func takes(word: StaticString) -> Bool {
        let word = Array(word.description.utf8)
        guard bytes[at...].starts(with: word) else { return false }
        at += word.count
        return true
    }

    private mutating func takesValue(depth: Int) -> Bool {
        guard depth < Self.deepest else { return false }
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): return takesMembers(depth: depth)
        case UInt8(ascii: "["): return takesElements(depth: depth)
        case UInt8(ascii: "\""): return takesString()
        case UInt8(ascii: "t"): return takes(word: "true")
        case UInt8(ascii: "f"): return takes(word: "false")
        case UInt8(ascii: "n"): return takes(word: "null")
        default: return takesNumber()
        }
    }

    private mutating func takesMembers(depth: Int) -> Bool {
        at += 1
        skipBlanks()
        if takes(UInt8(ascii: "}")) { return true }
        repeat {
            skipBlanks()
            guard takesString() else { return false }
            skipBlanks()
            guard takes(UInt8(ascii: ":")), takesValue(depth: depth + 1) else { return false }
            skipBlanks()
        } while takes(UInt8(ascii: ","))
        return takes(UInt8(ascii: "}"))
    }

    private mutating func takesElements(depth: Int) -> Bool {
        at += 1
        skipBlanks()
        if takes(UInt8(ascii: "]")) { return true }
        repeat {
            guard takesValue(depth: depth + 1) else { return false }
            skipBlanks()
        } while takes(UInt8(ascii: ","))
        return takes(UInt8(ascii: "]"))
    }

    private mutating func takesString() -> Bool {
        guard takes(UInt8(ascii: "\"")) else { return false }
        while let byte = next {
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case 0..<0x20: return false
            case UInt8(ascii: "\\"): guard takesEscape() else { return false }
            default: break
            }
        }
        return false
    }

    private mutating func takesEscape() -> Bool {
        guard let byte = next else { return false }
        at += 1
        guard byte == UInt8(ascii: "u") else { return #""\/bfnrt"#.utf8.contains(byte) }
        for _ in 0..<4 {
            guard let digit = next, Self.isDigit(digit) || (0x41...0x46).contains(digit & ~0x20) else { return false }
            at += 1
        }
        return true
    }

    private mutating func takesNumber() -> Bool {
        _ = takes(UInt8(ascii: "-"))
        if !takes(UInt8(ascii: "0")) {
            guard takesDigits() else { return false }
        }
        if takes(UInt8(ascii: ".")) {
            guard takesDigits() else { return false }
        }
        guard let byte = next, byte & ~0x20 == UInt8(ascii: "E") else { return true }
        at += 1
        if !takes(UInt8(ascii: "+")) { _ = takes(UInt8(ascii: "-")) }
        return takesDigits()
    }

    private mutating func takesDigits() -> Bool {
        let start = at
        while let byte = next, Self.isDigit(byte) { at += 1 }
        return at > start
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
