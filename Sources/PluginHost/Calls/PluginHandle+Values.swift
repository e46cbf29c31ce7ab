internal import FoundationEssentials

extension PluginHandle {
    /// Calls the plugin with a value and takes its answer as a value, both as JSON.
    ///
    /// The JSON is that of the SDK's typed methods: keys as they are spelled, infinities as `"inf"`, `"-inf"` and `"nan"`.
    ///
    /// ```swift
    /// let receipt: Receipt = try shop.call("order", Order(number: 1, amount: 12.5))
    /// ```
    ///
    /// - Parameters:
    ///   - method: The name of the method.
    ///   - input: The value that the method reads.
    ///   - answer: The type of the answer.
    ///   - timeout: How long the caller waits; `nil` for as long as it takes.
    ///   - callID: A number of the caller's that names the call in logs and reports.
    /// - Returns: What the plugin answered.
    /// - Throws: As the call with bytes does; ``PluginError`` with `bad-payload` if the input can't be written as JSON, and with
    ///   `bad-answer` if the answer is no such value.
    public func call<Answer: Decodable>(
        _ method: String,
        _ input: some Encodable,
        as answer: Answer.Type = Answer.self,
        timeout: Duration? = nil,
        callID: UInt64 = 0
    ) throws(PluginError) -> Answer {
        let bytes: Data
        do {
            bytes = try Self.encoder.encode(input)
        } catch {
            let message = "\(id): \(method): the input, a \(type(of: input)), can't be written as JSON: \(error)"
            throw PluginError(code: .badPayload, message: message)
        }
        return try read(try call(method, Array(bytes), timeout: timeout, callID: callID), of: method)
    }

    /// Calls the plugin without an input and takes its answer as a value, in JSON.
    ///
    /// - Parameters:
    ///   - method: The name of the method.
    ///   - answer: The type of the answer.
    ///   - timeout: How long the caller waits; `nil` for as long as it takes.
    ///   - callID: A number of the caller's that names the call in logs and reports.
    /// - Returns: What the plugin answered.
    /// - Throws: As the call with bytes does; ``PluginError`` with `bad-answer` if the answer is no such value.
    public func call<Answer: Decodable>(
        _ method: String,
        as answer: Answer.Type = Answer.self,
        timeout: Duration? = nil,
        callID: UInt64 = 0
    ) throws(PluginError) -> Answer {
        try read(try call(method, [], timeout: timeout, callID: callID), of: method)
    }

    private func read<Answer: Decodable>(_ answer: [UInt8], of method: String) throws(PluginError) -> Answer {
        do {
            return try Self.decoder.decode(Answer.self, fromAnything: Data(answer))
        } catch {
            let message = "\(id): \(method): the answer is no \(Answer.self): \(JSONCoding.explain(error))"
            throw PluginError(code: .badAnswer, message: message)
        }
    }

    // Only read after they were made: sharing them saves an allocation for each call.
    private static let encoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return encoder
    }()
    private static let decoder = {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return decoder
    }()
}
