/// Reads what a ``FrameWriter`` has written, and believes nothing of it.
package struct FrameReader: Sendable {
    private var rest: ArraySlice<UInt8>

    package init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    package mutating func readUInt8() throws(FrameError) -> UInt8 { try readNumber() }
    package mutating func readUInt32() throws(FrameError) -> UInt32 { try readNumber() }
    package mutating func readUInt64() throws(FrameError) -> UInt64 { try readNumber() }

    package mutating func readBytes() throws(FrameError) -> [UInt8] {
        let size = try readUInt64()
        guard size <= UInt64(rest.count) else {
            throw FrameError("\(size) bytes were announced, where \(rest.count) are left")
        }
        defer { rest = rest.dropFirst(Int(size)) }
        return Array(rest.prefix(Int(size)))
    }

    /// Reads a text; what is no UTF-8 in it is replaced.
    package mutating func readText() throws(FrameError) -> String {
        String(decoding: try readBytes(), as: UTF8.self)
    }

    /// Refuses what stands behind all that was expected.
    package func finish() throws(FrameError) {
        guard rest.isEmpty else { throw FrameError("\(rest.count) bytes too many") }
    }

    private mutating func readNumber<Number: FixedWidthInteger & UnsignedInteger>() throws(FrameError) -> Number {
        let size = Number.bitWidth / 8
        guard rest.count >= size else { throw FrameError("it ends within a number") }
        var number: Number = 0
        for (index, byte) in rest.prefix(size).enumerated() { number |= Number(byte) << Number(8 * index) }
        rest = rest.dropFirst(size)
        return number
    }
}
