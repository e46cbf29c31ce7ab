internal import CPluginABI

/// The places in a program at which plugins may change what it does: chains of each other's hooks (RS-10).
///
/// Needs the permission `hooks.run`. What takes part in a chain is a ``Hook``.
public struct HookStages: Sendable {
    private let context: PluginContext

    init(_ context: PluginContext) { self.context = context }

    /// Gives a value through all hooks of a stage, one after the other.
    ///
    /// - Parameters:
    ///   - stage: The stage, as the hooks name it.
    ///   - value: What they get, as JSON.
    ///   - timeout: How long all of them may take; `nil` for as long as the call may take that this thread serves.
    /// - Returns: What they have made of it; the value itself where there is no hook.
    /// - Throws: ``PluginFailure``, such as `unauthorised`.
    public func run<Value: Codable>(_ stage: String, _ value: Value, timeout: Duration? = nil) throws -> Value {
        let hooks = try context.service(named: PH_HOOKS_V1)
        let answer = try hooks.request(stage, JSON.encode(value), timeout: timeout)
        return try JSON.decode(Value.self, from: answer, failingWith: .failed, "what the hooks of \(stage) made of it")
    }
}
