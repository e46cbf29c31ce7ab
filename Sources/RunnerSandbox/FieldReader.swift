/// Reads values that ``FieldWriter`` has written, and believes none of them.
///
/// Bytes that end too early, counts that can't be true and texts that are no UTF-8 are an error, never a trap, and cost no
/// more memory than the bytes themselves.
struct FieldReader {
    /// The bytes are not what they should be.
    struct Malformed: Error {}

    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    /// Refuses what comes after the last field.
    func end() throws(Malformed) {
        guard rest.isEmpty else { throw Malformed() }
    }

    mutating func number<Value: FixedWidthInteger & UnsignedInteger>(
        _ type: Value.Type = Value.self
    ) throws(Malformed) -> Value {
        var value: Value = 0
        for (index, byte) in try take(Value.bitWidth / 8).enumerated() { value |= Value(byte) << (index * 8) }
        return value
    }

    mutating func flag() throws(Malformed) -> Bool {
        let value: UInt8 = try number()
        guard value < 2 else { throw Malformed() }
        return value == 1
    }

    mutating func optionalNumber() throws(Malformed) -> UInt64? {
        try flag() ? try number() : nil
    }

    mutating func text() throws(Malformed) -> String {
        let count: UInt32 = try number()
        guard let text = String(validating: try take(Int(count)), as: UTF8.self) else { throw Malformed() }
        return text
    }

    mutating func list<Element>(
        _ element: (inout FieldReader) throws(Malformed) -> Element
    ) throws(Malformed) -> [Element] {
        let count: UInt32 = try number()
        // Each element has a byte at least: a list that can't fit is not made room for.
        guard count <= rest.count else { throw Malformed() }
        var list: [Element] = []
        for _ in 0..<count { list.append(try element(&self)) }
        return list
    }

    private mutating func take(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw Malformed() }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
