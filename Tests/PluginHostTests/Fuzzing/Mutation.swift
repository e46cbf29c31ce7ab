import TestSupport

/// Changes bytes as a damaged disk, a careless writer or an attacker would.
struct Mutation {
    /// Values that sit at the edges of arithmetic.
    private static let edges: [UInt64] = [
        0, 1, 7, 8, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, 1 << 46, 1 << 62, 1 << 63,
        .max - 7, .max,
    ]

    /// What stands in the texts that the host reads.
    private static let words = [
        "null", "true", "-", "0", "9", "1e308", "1e-999", "9223372036854775808", "\"", "\\u0000", "\\ud800", "[", "]",
        "{\"a\":", "}", ",", "\n", "\r\n", "/*", "//", "\0", "\u{FEFF}", ".", "+", "\u{301}", "é",
    ]

    /// The longest result, in bytes.
    let longest: Int

    /// A changed copy of one of several inputs.
    func callAsFunction(_ inputs: [[UInt8]], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = inputs.randomElement(using: &generator) ?? []
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            change(&bytes, inputs.randomElement(using: &generator) ?? [], &generator)
        }
        return Array(bytes.prefix(longest))
    }

    private func change(_ bytes: inout [UInt8], _ other: [UInt8], _ generator: inout SeededGenerator) {
        let place = Self.place(in: bytes.count, &generator)
        let end = min(bytes.count, place + Int.random(in: 1...32, using: &generator))
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: bytes.removeSubrange(place...)
        case 1: bytes.removeSubrange(place..<end)
        case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 3: bytes.insert(.random(in: .min ... .max, using: &generator), at: place)
        case 4: bytes.replaceSubrange(place..., with: other[Self.place(in: other.count, &generator)...])
        case 5, 6:
            guard let word = Self.words.randomElement(using: &generator) else { return }
            let replaced = Bool.random(using: &generator) ? end : place
            bytes.replaceSubrange(place..<replaced, with: Array(word.utf8))
        case 7, 8:
            let start = place & ~7
            guard start + 8 <= bytes.count, let edge = Self.edges.randomElement(using: &generator) else { return }
            bytes.put64(edge, at: start)
        default:
            guard place < bytes.count else { return }
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
    }

    /// Any place, or one near the beginning or the end, where the tables are.
    private static func place(in count: Int, _ generator: inout SeededGenerator) -> Int {
        let distance = Int.random(in: 0...min(count, 1 << Int.random(in: 0...14, using: &generator)), using: &generator)
        return Bool.random(using: &generator) ? distance : count - distance
    }
}
