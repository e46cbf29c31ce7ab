/// Reads JSON with comments (`//` and `/* */`) and with commas after the last element.
///
/// The library's JSON5 would also take what nobody would expect, such as hexadecimal numbers and names without quotes,
/// and its errors name no lines.
package struct ConfigurationText {
    /// Deeper values are refused, because reading them takes the stack.
    private static let maximumDepth = 64

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The value that the text stands for; there must be exactly one.
    package static func parse(_ bytes: [UInt8]) throws(ConfigurationProblem) -> ConfigurationNode {
        var text = ConfigurationText(bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { text.position = 3 }
        let value = try text.value(depth: 0)
        try text.skipBlanks()
        guard text.next == nil else { throw text.problem("there is more after the end of the configuration") }
        return value
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func problem(_ reason: String) -> ConfigurationProblem {
        ConfigurationProblem(line: line, reason: reason)
    }

    private func unexpected(_ wanted: String) -> ConfigurationProblem {
        guard let next else { return problem("the file ends where \(wanted) should be") }
        let isPrintable = (0x21...0x7E).contains(next)
        let found = isPrintable ? "'\(Character(Unicode.Scalar(next)))'" : "byte \(next)"
        return problem("there is \(found) where \(wanted) should be")
    }

    // MARK: Blanks

    private mutating func skipBlanks() throws(ConfigurationProblem) {
        while let byte = next {
            switch byte {
            case 0x0A:
                line += 1
                position += 1
            case 0x20, 0x09, 0x0D: position += 1
            case UInt8(ascii: "/"): try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(ConfigurationProblem) {
        let (start, kind) = (line, position + 1 < bytes.count ? bytes[position + 1] : 0)
        switch kind {
        case UInt8(ascii: "/"):
            while let byte = next, byte != 0x0A { position += 1 }
        case UInt8(ascii: "*"):
            position += 2
            while !bytes[position...].starts(with: "*/".utf8) {
                guard let byte = next else {
                    throw ConfigurationProblem(line: start, reason: "the comment that begins here does not end")
                }
                if byte == 0x0A { line += 1 }
                position += 1
            }
            position += 2
        default: throw problem("there is a single '/'; a comment begins with '//' or '/*'")
        }
    }

    private mutating func take(_ byte: Character) -> Bool {
        guard next == byte.asciiValue else { return false }
        position += 1
        return true
    }

    // MARK: Values

    private mutating func value(depth: Int) throws(ConfigurationProblem) -> ConfigurationNode {
        try skipBlanks()
        let start = line
        guard depth < Self.maximumDepth else { throw problem("values are nested more than \(Self.maximumDepth) deep") }
        let content: ConfigurationNode.Content
        switch next {
        case UInt8(ascii: "{"): content = .object(try members(depth: depth))
        case UInt8(ascii: "["): content = .array(try elements(depth: depth))
        case UInt8(ascii: "\""): content = .string(try string())
        case .some(let byte) where "-0123456789".utf8.contains(byte): content = try number()
        default: content = try word()
        }
        return ConfigurationNode(line: start, content: content)
    }

    private mutating func members(depth: Int) throws(ConfigurationProblem) -> [ConfigurationNode.Member] {
        position += 1
        var members: [ConfigurationNode.Member] = []
        var lines: [String: Int] = [:]
        while true {
            try skipBlanks()
            if take("}") { return members }
            guard next == UInt8(ascii: "\"") else { throw unexpected("a name in quotes or '}'") }
            let start = line
            let name = try string()
            if let other = lines.updateValue(start, forKey: name) {
                throw ConfigurationProblem(line: start, reason: "'\(name)' is there already, on line \(other)")
            }
            try skipBlanks()
            guard take(":") else { throw unexpected("':' after '\(name)'") }
            members.append(.init(name: name, line: start, value: try value(depth: depth + 1)))
            try skipBlanks()
            guard take(",") || next == UInt8(ascii: "}") else { throw unexpected("',' or '}'") }
        }
    }

    private mutating func elements(depth: Int) throws(ConfigurationProblem) -> [ConfigurationNode] {
        position += 1
        var elements: [ConfigurationNode] = []
        while true {
            try skipBlanks()
            if take("]") { return elements }
            elements.append(try value(depth: depth + 1))
            try skipBlanks()
            guard take(",") || next == UInt8(ascii: "]") else { throw unexpected("',' or ']'") }
        }
    }

    private mutating func word() throws(ConfigurationProblem) -> ConfigurationNode.Content {
        let words: [(String, ConfigurationNode.Content)] = [
            ("null", .null), ("true", .bool(true)), ("false", .bool(false)),
        ]
        let end = bytes[position...].firstIndex { !(0x61...0x7A).contains($0) } ?? bytes.count
        for (word, content) in words where bytes[position..<end].elementsEqual(word.utf8) {
            position = end
            return content
        }
        throw unexpected("a value")
    }

    private mutating func number() throws(ConfigurationProblem) -> ConfigurationNode.Content {
        let end = bytes[position...].firstIndex { !"+-.0123456789eE".utf8.contains($0) } ?? bytes.count
        let text = String(decoding: bytes[position..<end], as: UTF8.self)
        let digits = text.drop { $0 == "-" }
        let isPadded = digits.count > 1 && digits.first == "0" && digits.dropFirst().first?.isWholeNumber == true
        let isCut = digits.first == "." || text.hasSuffix(".") || text.contains(".e") || text.contains(".E")
        guard !isPadded, !isCut, let number = Double(text), number.isFinite else {
            throw problem("'\(text)' is no number")
        }
        position = end
        return Int64(text).map { .integer($0) } ?? .number(number)
    }

    // MARK: Text

    private mutating func string() throws(ConfigurationProblem) -> String {
        position += 1
        var text: [UInt8] = []
        while true {
            guard let byte = next, byte != 0x0A else {
                throw problem("the text that begins here does not end on its line")
            }
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw problem("the text is not UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): text += try escaped().utf8
            case 0..<0x20: throw problem("there is a control character in the text; write it as an escape such as \\t")
            default: text.append(byte)
            }
        }
    }

    private mutating func escaped() throws(ConfigurationProblem) -> String {
        let escapes: [UInt8: String] = [
            UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
            UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
        ]
        guard let byte = next else { throw unexpected("the rest of an escape") }
        position += 1
        if let text = escapes[byte] { return text }
        guard byte == UInt8(ascii: "u"), let first = codeUnit() else {
            throw problem("there is an escape that is none of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")
        }
        var units = [first]
        if UTF16.isLeadSurrogate(first), take("\\"), take("u"), let second = codeUnit() { units.append(second) }
        guard let text = String(validating: units, as: UTF16.self) else {
            throw problem("\\u\(String(first, radix: 16)) is half of a character")
        }
        return text
    }

    private mutating func codeUnit() -> UInt16? {
        let digits = bytes[position...].prefix(4)
        let isHexadecimal = digits.allSatisfy { "0123456789abcdefABCDEF".utf8.contains($0) }
        guard digits.count == 4, isHexadecimal else { return nil }
        position += 4
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
