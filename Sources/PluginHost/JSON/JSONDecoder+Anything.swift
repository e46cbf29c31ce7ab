internal import FoundationEssentials

extension JSONDecoder {
    /// Decodes a value from bytes that may be anything.
    ///
    /// Of an array that begins on the 513th level, with the very last byte, Foundation can't say where it is, and ends the
    /// process (Swift 6.3). What ends like that is no JSON on any level.
    func decode<Value: Decodable>(_ type: Value.Type, fromAnything data: Data) throws -> Value {
        // As UTF-16 or UTF-32, which Foundation takes as well, it ends with zeros.
        let end = data.last == 0 ? data.last { $0 != 0 } : data.last
        guard end != UInt8(ascii: "[") else {
            let context = DecodingError.Context(
                codingPath: [],
                debugDescription: "The data ends where an array begins."
            )
            throw DecodingError.dataCorrupted(context)
        }
        return try decode(type, from: data)
    }
}
