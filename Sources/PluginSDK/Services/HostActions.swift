internal import CPluginABI

/// The actions of all plugins, for one that acts in the name of a person or a language model (RS-12).
///
/// Needs the permission `actions.run`. What is offered to others is an ``Action``.
public struct HostActions: Sendable {
    private let context: PluginContext

    init(_ context: PluginContext) { self.context = context }

    /// The actions that there are, as JSON: a list of what language models call tools, each with name, description and the
    /// schema of its parameters.
    public func listJSON() throws(PluginFailure) -> [UInt8] {
        try context.service(named: PH_ACTIONS_V1).request("ph.list")
    }

    /// Runs an action and waits for what comes of it.
    ///
    /// - Parameters:
    ///   - name: The action's name.
    ///   - arguments: Its arguments, which become a JSON object.
    ///   - timeout: How long it may take; `nil` for as long as the call may take that this thread serves.
    /// - Returns: Whether it was done, and a text that says so.
    /// - Throws: ``PluginFailure`` with `notFound`, `badPayload` for arguments that its schema does not take, or another code.
    public func run(_ name: String, _ arguments: some Encodable, timeout: Duration? = nil) throws -> ActionResult {
        let answer = try context.service(named: PH_ACTIONS_V1).request(name, JSON.encode(arguments), timeout: timeout)
        return try JSON.decode(ActionResult.self, from: answer, failingWith: .failed, "what came of \(name)")
    }
}
