internal import PluginHost

extension ControlDispatcher {
    static let messagingMethods = [
        "events.publish", "handlers.list", "hooks.run", "actions.list", "actions.run", "gateways.list", "gateways.send",
    ]

    /// Carries a request about events, hooks, actions or messages out; `nil` if it is about something else.
    func performMessaging(_ method: String, _ parameters: ControlParameters) throws(ControlError) -> [UInt8]? {
        let host = host
        switch method {
        case "events.publish":
            try parameters.allow("topic", "data", "dataBase64")
            let topic = try parameters.text("topic")
            let data = try parameters.bytes(text: "data", base64: "dataBase64")
            return try json(
                try plugin { () async throws(PluginError) in
                    try host.publish(topic, data, waitingAtMost: .seconds(1))
                }
            )
        case "handlers.list":
            try parameters.allow()
            return try json(host.eventHandlers())
        case "hooks.run":
            try parameters.allow("stage", "value", "timeoutSeconds")
            let stage = try parameters.text("stage")
            let value = parameters.values["value"] ?? .null
            let timeout = try parameters.optionalSeconds("timeoutSeconds")
            return try json(
                try plugin { () async throws(PluginError) in
                    try await host.runHooks(stage, value, timeout: timeout)
                }
            )
        case "actions.list":
            try parameters.allow("text")
            let text = try parameters.optionalText("text")
            return try json(text.map { host.activeActions(for: $0) } ?? host.actions())
        case "actions.run":
            try parameters.allow("action", "arguments", "timeoutSeconds")
            let name = try parameters.text("action")
            let arguments = parameters.values["arguments"] ?? .object([:])
            let timeout = try parameters.optionalSeconds("timeoutSeconds")
            return try json(
                try plugin { () async throws(PluginError) in
                    try await host.act(name, arguments, timeout: timeout)
                }
            )
        case "gateways.list":
            try parameters.allow()
            return try json(host.gateways())
        case "gateways.send":
            try parameters.allow("message", "timeoutSeconds")
            let message = try message(parameters)
            let timeout = try parameters.optionalSeconds("timeoutSeconds")
            return try json(
                try plugin { () async throws(PluginError) in try await host.send(message, timeout: timeout) }
            )
        default: return nil
        }
    }

    private func message(_ parameters: ControlParameters) throws(ControlError) -> GatewayMessage {
        guard let value = parameters.values["message"] else { throw .invalidParameters("message is missing") }
        do throws(PluginError) {
            return try JSONCoding.decode(from: try JSONCoding.encode(value))
        } catch {
            throw .invalidParameters("message is no message: \(error.message)")
        }
    }
}
