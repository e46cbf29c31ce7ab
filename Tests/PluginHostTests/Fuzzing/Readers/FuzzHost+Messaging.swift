@testable import PluginHost
@testable import PluginHostCommands

extension FuzzHost {
    func publish(
        _ topic: String,
        _ data: [UInt8],
        waitingAtMost longest: Duration
    ) throws(PluginError) -> EventReceipt {
        if let problem = Topic.problem(topic) { throw PluginError(code: .badPayload, message: problem) }
        return EventReceipt(id: 0, handlers: 0, listeners: 0)
    }

    func eventHandlers() -> [EventHandlerStatus] { [] }

    func runHooks(_ stage: String, _ value: JSONValue, timeout: Duration?) async throws(PluginError) -> HookResult {
        HookResult(value: value, hooks: 0, changedBy: [], failures: [])
    }

    func actions() -> [ActionInfo] { [] }

    func activeActions(for text: String) -> [ActionInfo] { [] }

    func act(_ name: String, _ arguments: JSONValue, timeout: Duration?) async throws(PluginError) -> ActionResult {
        throw PluginError(code: .notFound, message: "there is no action \(name)")
    }

    func gateways() -> [GatewayStatus] { [] }

    func send(_ message: GatewayMessage, timeout: Duration?) async throws(PluginError) -> SendReceipt {
        throw PluginError(code: .notFound, message: "there is no gateway")
    }
}
