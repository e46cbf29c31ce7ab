internal import FoundationEssentials

/// How inputs and answers cross the boundary as JSON.
///
/// Whole numbers, the commonest of all, go past the JSON coder: they are the same text, without an allocation.
@usableFromInline
enum Payload {
    /// Gives a value of a type that was just compared, which a cast would ask the runtime for.
    @inlinable @inline(__always)
    static func cast<From, To>(_ value: From, to type: To.Type) -> To {
        precondition(From.self == To.self)
        return unsafe unsafeBitCast(value, to: type)
    }

    @inlinable
    static func read<Input: Decodable>(_ bytes: Span<UInt8>, for method: String) throws(PluginFailure) -> Input {
        if Input.self == Int.self, let number = integer(in: bytes) { return cast(number, to: Input.self) }
        return try decode(bytes, for: method)
    }

    @inlinable
    static func readIfAny<Input: Decodable>(_ bytes: Span<UInt8>, for method: String) throws(PluginFailure) -> Input? {
        if bytes.isEmpty { return nil }
        if Input.self == Int.self, let number = integer(in: bytes) { return cast(number, to: Input.self) }
        return try decode(bytes, for: method) as Input?
    }

    @usableFromInline
    static func decode<Input: Decodable>(_ bytes: Span<UInt8>, for method: String) throws(PluginFailure) -> Input {
        guard !bytes.isEmpty else {
            throw PluginFailure(.badPayload, "the method '\(method)' needs an input: \(Input.self) as JSON")
        }
        let data = unsafe bytes.withUnsafeBufferPointer { unsafe Data($0) }
        return try JSON.decode(Input.self, from: data, failingWith: .badPayload, "the input of the method '\(method)'")
    }

    @usableFromInline
    static func readText(_ bytes: Span<UInt8>, for method: String) throws(PluginFailure) -> String {
        let text = unsafe bytes.withUnsafeBufferPointer { unsafe String(validating: $0, as: UTF8.self) }
        guard let text else {
            throw PluginFailure(.badPayload, "the input of the method '\(method)' is not valid UTF-8")
        }
        return text
    }

    @inlinable
    static func write<Answer: Encodable>(_ answer: Answer, to sink: borrowing Sink) throws {
        if Answer.self == Int.self { return try sink.write(decimal: cast(answer, to: Int.self)) }
        try encode(answer, to: sink)
    }

    @usableFromInline
    static func encode<Answer: Encodable>(_ answer: Answer, to sink: borrowing Sink) throws {
        try unsafe JSON.withEncoded(answer) { try unsafe sink.write($0) }
    }

    /// Reads a whole number as JSON writes it; nil means that the JSON decoder is to judge.
    @usableFromInline
    static func integer(in bytes: Span<UInt8>) -> Int? {
        guard !bytes.isEmpty else { return nil }
        let isNegative = bytes[0] == UInt8(ascii: "-")
        let first = isNegative ? 1 : 0
        // JSON knows no leading zeros.
        guard first < bytes.count, bytes[first] != UInt8(ascii: "0") || bytes.count == first + 1 else { return nil }
        var number = 0
        for index in first..<bytes.count {
            let byte = bytes[index]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let digit = Int(byte - UInt8(ascii: "0"))
            let (product, tooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, tooFar) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !tooLarge, !tooFar else { return nil }
            number = sum
        }
        return number
    }
}
