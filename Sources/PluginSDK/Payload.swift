internal import FoundationEssentials

/// How inputs and answers cross the boundary as JSON.
///
/// Whole numbers, the commonest of all, go past the JSON coder: they are the same text, without an allocation.
enum Payload {
    static func read<Input: Decodable>(_ bytes: Span<UInt8>, for method: String) throws(PluginFailure) -> Input {
        if Input.self == Int.self, let number = integer(in: bytes) as? Input { return number }
        guard !bytes.isEmpty else {
            throw PluginFailure(.badPayload, "the method '\(method)' needs an input: \(Input.self) as JSON")
        }
        let data = unsafe bytes.withUnsafeBufferPointer { unsafe Data($0) }
        return try JSON.decode(Input.self, from: data, failingWith: .badPayload, "the input of the method '\(method)'")
    }

    static func readIfAny<Input: Decodable>(_ bytes: Span<UInt8>, for method: String) throws(PluginFailure) -> Input? {
        if bytes.isEmpty { return nil }
        if Input.self == Int.self, let number = integer(in: bytes) as? Input { return number }
        return try read(bytes, for: method) as Input?
    }

    static func readText(_ bytes: Span<UInt8>, for method: String) throws(PluginFailure) -> String {
        let text = unsafe bytes.withUnsafeBufferPointer { unsafe String(validating: $0, as: UTF8.self) }
        guard let text else {
            throw PluginFailure(.badPayload, "the input of the method '\(method)' is not valid UTF-8")
        }
        return text
    }

    static func write<Answer: Encodable>(_ answer: Answer, to sink: borrowing Sink) throws {
        if Answer.self == Int.self, let number = answer as? Int { return try sink.write(decimal: number) }
        try unsafe JSON.withEncoded(answer) { try unsafe sink.write($0) }
    }

    /// Reads a whole number as JSON writes it; nil means that the JSON decoder is to judge.
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
