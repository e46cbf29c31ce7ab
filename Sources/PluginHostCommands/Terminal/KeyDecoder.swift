/// Understands what a terminal sends for keys, however the bytes arrive.
struct KeyDecoder: Sendable {
    /// More than any key has.
    private static let longest = 32

    private var bytes: [UInt8] = []

    /// Whether the bytes that came last may be the beginning of a key; a lone escape is one until ``flush()``.
    var isWaiting: Bool { !bytes.isEmpty }

    /// Takes bytes, and gives the keys that are complete.
    mutating func feed(_ more: [UInt8]) -> [Key] {
        bytes += more
        var keys: [Key] = []
        while !bytes.isEmpty {
            guard let (key, count) = next() else {
                // Nonsense is not kept for ever.
                if bytes.count > Self.longest { bytes = [] }
                break
            }
            bytes.removeFirst(count)
            if let key { keys.append(key) }
        }
        return keys
    }

    /// Gives what came as it is, because nothing more came in time.
    mutating func flush() -> [Key] {
        defer { bytes = [] }
        return bytes == [0x1b] ? [.escape] : []
    }

    /// The first key, `nil` in the pair for one that means nothing; `nil` for one that is not complete.
    private func next() -> (Key?, Int)? {
        let first = bytes[0]
        switch first {
        case 0x1b: return sequence()
        case 0x0d, 0x0a: return (.enter, 1)
        case 0x09: return (.tab, 1)
        case 0x7f, 0x08: return (.backspace, 1)
        case 0x01...0x1a: return (.control(Character(Unicode.Scalar(first + 0x60))), 1)
        case 0x20..<0x7f: return (.character(Character(Unicode.Scalar(first))), 1)
        default: return letter()
        }
    }

    private func letter() -> (Key?, Int)? {
        let count =
            switch bytes[0] {
            case 0xc2...0xdf: 2
            case 0xe0...0xef: 3
            case 0xf0...0xf4: 4
            default: 1
            }
        guard count > 1 else { return (nil, 1) }
        guard bytes.count >= count else {
            return bytes.dropFirst().allSatisfy { $0 & 0xc0 == 0x80 } ? nil : (nil, 1)
        }
        guard let text = String(validating: bytes.prefix(count), as: UTF8.self) else { return (nil, 1) }
        return (text.first.map(Key.character), count)
    }

    private func sequence() -> (Key?, Int)? {
        guard bytes.count > 1 else { return nil }
        switch bytes[1] {
        case UInt8(ascii: "O"):
            guard bytes.count > 2 else { return nil }
            return (Self.key(bytes[2]), 3)
        case UInt8(ascii: "["):
            guard let end = bytes.dropFirst(2).firstIndex(where: { (0x40...0x7e).contains($0) }) else {
                // Not even the beginning of one.
                return bytes.dropFirst(2).allSatisfy { (0x20...0x3f).contains($0) } ? nil : (nil, 2)
            }
            if bytes[end] == UInt8(ascii: "~") {
                let number = String(decoding: bytes[2..<end].prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
                return (Self.key(number), end + 1)
            }
            return (Self.key(bytes[end]), end + 1)
        case 0x1b: return (.escape, 1)
        // A key together with Alt is taken for the key.
        default: return (nil, 1)
        }
    }

    private static func key(_ letter: UInt8) -> Key? {
        switch letter {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "Z"): .backTab
        case UInt8(ascii: "M"): .enter
        default: nil
        }
    }

    private static func key(_ number: String) -> Key? {
        switch number {
        case "1", "7": .home
        case "4", "8": .end
        case "3": .delete
        case "5": .pageUp
        case "6": .pageDown
        default: nil
        }
    }
}
