/// Reads the files of the zone database (TZif, RFC 9636).
enum TimeZoneFile {
    /// What a file says; `nil` if it is damaged or too old to have times of 64 bits.
    static func read(_ bytes: [UInt8], name: String) -> TimeZoneRules? {
        guard let short = Header(bytes, at: 0), short.version >= UInt8(ascii: "2") else { return nil }
        let start = 44 + short.size(ofTime: 4)
        guard let header = Header(bytes, at: start) else { return nil }
        let body = start + 44
        let end = body + header.size(ofTime: 8)
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\n"), header.types > 0 else { return nil }

        let changes = (0..<header.times).map { integer(bytes, body + 8 * $0, 8) }
        let kinds = body + 8 * header.times
        let types = kinds + header.times
        func offset(_ type: Int) -> Int64 { integer(bytes, types + 6 * type, 4) }
        let indices = (0..<header.times).map { Int(bytes[kinds + $0]) }
        guard indices.allSatisfy({ $0 < header.types }), zip(changes, changes.dropFirst()).allSatisfy(<) else {
            return nil
        }
        guard (0..<header.types).allSatisfy({ offset($0).magnitude < 86_400 * 2 }) else { return nil }

        let footer = bytes[(end + 1)...].prefix { $0 != UInt8(ascii: "\n") }
        var rule: PosixTimeZone?
        if !footer.isEmpty {
            guard let read = PosixTimeZone(String(decoding: footer, as: UTF8.self)) else { return nil }
            rule = read
        }
        return TimeZoneRules(
            name: name,
            changes: changes,
            offsets: indices.map(offset),
            first: offset(0),
            rule: rule
        )
    }

    private struct Header {
        let version: UInt8
        let times: Int
        let types: Int
        private let counts: [Int]

        init?(_ bytes: [UInt8], at start: Int) {
            guard bytes.count - start >= 44, Array(bytes[start..<(start + 4)]) == Array("TZif".utf8) else { return nil }
            version = bytes[start + 4]
            counts = (0..<6).map { Int(integer(bytes, start + 20 + 4 * $0, 4)) }
            // No zone has that many changes; larger numbers are damage, and could overflow.
            guard counts.allSatisfy({ (0...100_000).contains($0) }) else { return nil }
            (times, types) = (counts[3], counts[4])
        }

        /// How long the data behind the header is.
        func size(ofTime time: Int) -> Int {
            times * (time + 1) + types * 6 + counts[5] + counts[2] * (time + 4) + counts[1] + counts[0]
        }
    }

    private static func integer(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int64 {
        let bits = bytes[start..<(start + count)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return count == 4 ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(truncatingIfNeeded: bits)
    }
}
