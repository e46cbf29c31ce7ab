package import PluginHost

/// What can be asked of a running host about events, hooks, actions and messages.
package protocol MessagingControl: Sendable {
    /// Publishes an event on the present thread, which may wait a moment.
    func publish(_ topic: String, _ data: [UInt8], waitingAtMost longest: Duration) throws(PluginError) -> EventReceipt
    /// How the handlers of events stand.
    func eventHandlers() -> [EventHandlerStatus]
    /// Sends a value through the hooks of a stage.
    func runHooks(_ stage: String, _ value: JSONValue, timeout: Duration?) async throws(PluginError) -> HookResult
    /// The actions of all plugins.
    func actions() -> [ActionInfo]
    /// The actions that may be done for a text.
    func activeActions(for text: String) -> [ActionInfo]
    /// Runs an action.
    func act(_ name: String, _ arguments: JSONValue, timeout: Duration?) async throws(PluginError) -> ActionResult
    /// The message gateways of all plugins.
    func gateways() -> [GatewayStatus]
    /// Sends a message.
    func send(_ message: GatewayMessage, timeout: Duration?) async throws(PluginError) -> SendReceipt
}
