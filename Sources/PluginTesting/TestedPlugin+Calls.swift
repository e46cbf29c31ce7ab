public import PluginSDK

extension TestedPlugin {
    /// Calls a method and waits for its answer.
    ///
    /// - Parameters:
    ///   - method: The method's name.
    ///   - input: What it reads.
    ///   - timeout: How long from now the deadline is that the method can see; the test waits longer if it must.
    /// - Returns: What the method answers.
    /// - Throws: What the method throws, `methodNotFound`, or `illegalMove` if the plugin does not run.
    @discardableResult
    public func call(
        _ method: String,
        _ input: [UInt8] = [],
        timeout: Duration? = nil
    ) throws(PluginFailure) -> [UInt8] {
        guard !method.hasPrefix("ph.") else {
            throw PluginFailure(.methodNotFound, "'\(method)': the methods that begin with ph. are the host's own")
        }
        return try invoke(method, input, timeout: timeout)
    }

    /// Calls a method that takes and answers text.
    @discardableResult
    public func call(_ method: String, text: String, timeout: Duration? = nil) throws(PluginFailure) -> String {
        String(decoding: try call(method, Array(text.utf8), timeout: timeout), as: UTF8.self)
    }

    /// Calls a method with a value, and takes its answer as a value, both as JSON.
    public func call<Answer: Decodable>(
        _ method: String,
        _ input: some Encodable,
        as answer: Answer.Type = Answer.self,
        timeout: Duration? = nil
    ) throws(PluginFailure) -> Answer {
        try read(call(method, write(input, for: method), timeout: timeout), of: method)
    }

    /// Calls a method without an input, and takes its answer as a value, in JSON.
    public func call<Answer: Decodable>(
        _ method: String,
        as answer: Answer.Type,
        timeout: Duration? = nil
    ) throws(PluginFailure) -> Answer {
        try read(call(method, [], timeout: timeout), of: method)
    }

    /// Calls a method, be it the plugin's own or one by which the host invokes a component.
    func invoke(_ method: String, _ input: [UInt8], timeout: Duration? = nil) throws(PluginFailure) -> [UInt8] {
        try serving { () throws(PluginFailure) in
            try check([.running], method)
            let deadline = timeout.map { MonotonicClock.deadline(after: $0) } ?? 0
            return try driver.call(method, input, deadline: deadline)
        }
    }

    func write(_ input: some Encodable, for method: String) throws(PluginFailure) -> [UInt8] {
        do {
            return try JSON.encode(input)
        } catch {
            throw PluginFailure(.badPayload, "\(method): the input can't be written as JSON: \(error)")
        }
    }

    func read<Answer: Decodable>(_ bytes: [UInt8], of method: String) throws(PluginFailure) -> Answer {
        try JSON.decode(Answer.self, from: bytes, failingWith: .brokenContract, "\(method): the answer")
    }
}
