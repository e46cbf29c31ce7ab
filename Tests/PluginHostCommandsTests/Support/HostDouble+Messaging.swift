import PluginHost
import PluginHostCommands

extension HostDouble {
    func publish(
        _ topic: String,
        _ data: [UInt8],
        waitingAtMost longest: Duration
    ) throws(PluginError) -> EventReceipt {
        note("publish \(topic) \(String(decoding: data, as: UTF8.self))")
        return decode(#"{"id":17,"handlers":2,"listeners":0}"#)
    }

    func eventHandlers() -> [EventHandlerStatus] {
        decode(
            """
            [{"plugin":"shop","name":"audit","topics":["order.*"],"priority":50,"deadlineSeconds":1,"queue":1000,
            "overflow":"drop-oldest","waiting":3,"isStuck":true,"counts":{"handled":7,"stopped":0,"changed":1,"failed":2,
            "timedOut":1,"skipped":0,"dropped":0}}]
            """
        )
    }

    func runHooks(_ stage: String, _ value: JSONValue, timeout: Duration?) async throws(PluginError) -> HookResult {
        note("hooks \(stage)")
        return decode(
            """
            {"value":{"text":"short"},"hooks":2,"changedBy":["shop/shorten"],
            "failures":[{"hook":"spam/check","error":"it answered what is not JSON"}]}
            """
        )
    }

    func actions() -> [ActionInfo] { Self.someActions }

    func activeActions(for text: String) -> [ActionInfo] {
        note("active \(text)")
        return []
    }

    func act(_ name: String, _ arguments: JSONValue, timeout: Duration?) async throws(PluginError) -> ActionResult {
        guard name == "roll_dice" else { throw PluginError(code: .notFound, message: "there is no action \(name)") }
        note("act \(name)")
        return decode(#"{"success":\#(arguments != .object([:])),"text":"a 4"}"#)
    }

    func gateways() -> [GatewayStatus] {
        decode(
            """
            [{"name":"lines","plugin":"line-gateway","route":{"platform":"socket"},"protocol":"lines","receives":true,
            "sends":true,"isReady":true,"counts":{"received":4,"doubles":1,"limited":0,"refused":0,"sent":2,"failed":0}}]
            """
        )
    }

    func send(_ message: GatewayMessage, timeout: Duration?) async throws(PluginError) -> SendReceipt {
        note("send \(message.text) by \(message.gateway ?? message.route?.description ?? "")")
        return decode(#"{"gateway":"lines","id":"m1"}"#)
    }

    private static let someActions: [ActionInfo] = decode(
        """
        [{"name":"roll_dice","plugin":"dice","description":"Rolls dice.","parameters":{"type":"object","properties":
        {"sides":{"type":"integer","minimum":2}}},"requires":[],"activation":"keyword","keywords":["dice"],
        "isParallel":true,"deadlineSeconds":30}]
        """
    )
}

/// Reads the double's own JSON.
private func decode<Value: Decodable>(_ text: String) -> Value {
    do {
        return try JSONCoding.decode(Value.self, from: Array(text.utf8))
    } catch {
        preconditionFailure("the double's own JSON is wrong: \(error)")
    }
}
