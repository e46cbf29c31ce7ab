/// Puts values one behind the other, as ``FieldReader`` reads them.
struct FieldWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ value: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: 0, to: value.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    mutating func write(_ value: Bool) {
        bytes.append(value ? 1 : 0)
    }

    mutating func write(_ value: UInt64?) {
        write(value != nil)
        if let value { write(value) }
    }

    mutating func write(_ text: String) {
        write(UInt32(clamping: text.utf8.count))
        bytes += text.utf8
    }

    mutating func write<Element>(_ list: [Element], _ body: (inout FieldWriter, Element) -> Void) {
        write(UInt32(clamping: list.count))
        for element in list { body(&self, element) }
    }
}
