/// Puts numbers, texts and bytes one after the other, to be read by ``FrameReader`` in the same order.
package struct FrameWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func append<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }

    package mutating func append(_ contents: [UInt8]) {
        append(UInt64(contents.count))
        bytes.append(contentsOf: contents)
    }

    package mutating func append(_ text: String) {
        append(Array(text.utf8))
    }
}
