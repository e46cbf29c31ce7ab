internal import LinuxSystem
internal import PluginHost
internal import struct FoundationEssentials.Data

extension ClientVerb {
    /// Publishes an event.
    static let emit = ClientVerb { context in
        let operands = context.arguments.operands
        return { client in
            var request: [String: JSONValue] = ["topic": .string(operands[0])]
            let data = operands.count > 1 ? operands[1] : ""
            if data == "-" {
                request["dataBase64"] = .string(Data(try context.streams.readInput()).base64EncodedString())
            } else {
                request["data"] = .string(data)
            }
            let answer = try client.request("events.publish", request)
            try context.printResult(answer) { (receipt: EventReceipt) in MessagingText.of(receipt) }
        }
    }

    /// The handlers of events.
    static let handlers = ClientVerb { context in
        { client in
            let answer = try client.request("handlers.list")
            try context.printResult(answer) { (handlers: [EventHandlerStatus]) in MessagingText.handlers(handlers) }
        }
    }

    /// Sends a value through the hooks of a stage.
    static let hook = ClientVerb { (context) throws(CommandFailure) in
        let operands = context.arguments.operands
        let timeout = try context.timeout()
        return { client in
            var request: [String: JSONValue] = ["stage": .string(operands[0])]
            request["value"] = try context.json(operands.dropFirst().first, or: .null)
            request["timeoutSeconds"] = timeout
            let answer = try client.request("hooks.run", request)
            if context.arguments.has("--json") { return try context.printJSON(try answer.result()) }
            let result: HookResult = try answer.result()
            try context.printJSON(result.value)
            for note in MessagingText.notes(result) { context.streams.say(note) }
        }
    }

    /// The actions.
    static let actionList = ClientVerb { (context) throws(CommandFailure) in
        let format = try context.format()
        guard ["text", "json", "tools"].contains(format) else {
            throw .usage("--format is text, json or tools, not \(format)")
        }
        let text = context.arguments.value("--for")
        return { client in
            let answer = try client.request("actions.list", text.map { ["text": .string($0)] } ?? [:])
            let actions: [ActionInfo] = try answer.result()
            switch format {
            case "tools": try context.printJSON(.array(actions.map(\.tool)))
            case "json": try context.printJSON(try answer.result())
            default: try context.streams.print(MessagingText.actions(actions))
            }
        }
    }

    /// Runs an action.
    static let act = ClientVerb { (context) throws(CommandFailure) in
        let operands = context.arguments.operands
        let timeout = try context.timeout()
        return { client in
            var request: [String: JSONValue] = ["action": .string(operands[0])]
            request["arguments"] = try context.json(operands.dropFirst().first, or: .object([:]))
            request["timeoutSeconds"] = timeout
            let answer = try client.request("actions.run", request)
            let result: ActionResult = try answer.result()
            try context.printResult(answer) { (result: ActionResult) in result.text }
            if !result.success { throw CommandFailure.failedAsPrinted }
        }
    }

    /// The message gateways.
    static let gateways = ClientVerb { context in
        { client in
            let answer = try client.request("gateways.list")
            try context.printResult(answer) { (gateways: [GatewayStatus]) in MessagingText.gateways(gateways) }
        }
    }

    /// Sends a message.
    static let send = ClientVerb { (context) throws(CommandFailure) in
        let arguments = context.arguments
        let route = GatewayRoute(
            platform: arguments.value("--platform"),
            account: arguments.value("--account"),
            scope: arguments.value("--scope")
        )
        let gateway = arguments.value("--gateway")
        guard gateway != nil || route.platform != nil else {
            throw .usage("send needs --gateway or --platform, to know where the message goes")
        }
        let conversation = arguments.value("--conversation")
        let timeout = try context.timeout()
        return { client in
            let text = try arguments.operands[0] == "-" ? context.inputText() : arguments.operands[0]
            let message = GatewayMessage(text, gateway: gateway, route: route, conversation: conversation)
            var request: [String: JSONValue] = [
                "message": try JSONCoding.decode(from: try JSONCoding.encode(message))
            ]
            request["timeoutSeconds"] = timeout
            let answer = try client.request("gateways.send", request)
            try context.printResult(answer) { (receipt: SendReceipt) in MessagingText.of(receipt) }
        }
    }
}

extension CommandContext {
    /// The time that is given with `--timeout`, in seconds.
    fileprivate func timeout() throws(CommandFailure) -> JSONValue? {
        guard let text = arguments.value("--timeout") else { return nil }
        guard let timeout = DurationText.parse(text), timeout > .zero else {
            throw .usage("--timeout needs a time such as 500ms or 30s, not \(text)")
        }
        return .number(timeout.inSeconds)
    }

    /// The value of a JSON operand, which may be `-` for standard input.
    fileprivate func json(_ operand: String?, or value: JSONValue) throws -> JSONValue {
        guard let operand else { return value }
        let bytes = try operand == "-" ? streams.readInput() : Array(operand.utf8)
        do throws(PluginError) {
            return try JSONCoding.decode(from: bytes)
        } catch {
            throw CommandFailure.usage("\(operand == "-" ? "standard input" : operand) is not JSON")
        }
    }

    /// Standard input as text.
    fileprivate func inputText() throws -> String {
        guard let text = String(validating: try streams.readInput(), as: UTF8.self) else {
            throw CommandFailure.usage("standard input is no UTF-8")
        }
        return text
    }
}
