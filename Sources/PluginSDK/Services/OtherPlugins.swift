internal import CPluginABI

/// The other plugins of the host, which this one may call (PL-6).
///
/// Each plugin that is called has to be among the permissions that this plugin asks for, as `call:ID`, and to be granted by
/// the operator.
public struct OtherPlugins: Sendable {
    private let context: PluginContext

    init(_ context: PluginContext) {
        self.context = context
    }

    /// Calls a method of another plugin and waits for its answer.
    ///
    /// A plugin that is being reloaded is waited for. Plugins that call each other in a circle, or in chains of more than 16,
    /// are refused.
    ///
    /// - Parameters:
    ///   - plugin: The other plugin's id.
    ///   - method: The method's name.
    ///   - input: What the method reads; 16 MiB at most.
    ///   - timeout: How long to wait at most; `nil` for as long as the call may take that this thread serves, or as long as
    ///     the host's default.
    /// - Returns: What the other plugin answered.
    /// - Throws: ``PluginFailure`` with the other plugin's own code and message, or with the host's: `notFound`,
    ///   `unauthorised`, `timedOut`, `busy`, and `failed` for a circle.
    public func call(
        _ plugin: String,
        _ method: String,
        _ input: [UInt8] = [],
        timeout: Duration? = nil
    ) throws(PluginFailure) -> [UInt8] {
        try context.service(named: PH_PLUGINS_V1).request("\(plugin)/\(method)", input, timeout: timeout)
    }

    /// Calls a method of another plugin with a value, and takes its answer as a value, both as JSON.
    public func call<Answer: Decodable>(
        _ plugin: String,
        _ method: String,
        _ input: some Encodable,
        as answer: Answer.Type = Answer.self,
        timeout: Duration? = nil
    ) throws -> Answer {
        let bytes = try call(plugin, method, JSON.encode(input), timeout: timeout)
        return try JSON.decode(answer, from: bytes, failingWith: .failed, "the answer of \(plugin): \(method)")
    }
}
