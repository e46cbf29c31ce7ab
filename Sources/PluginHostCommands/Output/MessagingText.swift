internal import PluginHost

/// Events, hooks, actions and messages, for people.
enum MessagingText {
    /// Where an event went.
    static func of(_ receipt: EventReceipt) -> String {
        guard receipt.handlers + receipt.listeners > 0 else { return "nobody listens there" }
        let handlers = FigureText.count(receipt.handlers, "handler")
        guard receipt.listeners > 0 else { return "event \(receipt.id) is on its way to \(handlers)" }
        return "event \(receipt.id) is on its way to \(handlers) and \(FigureText.count(receipt.listeners, "listener"))"
    }

    /// The handlers, in the order in which they get events.
    static func handlers(_ handlers: [EventHandlerStatus]) -> String {
        guard !handlers.isEmpty else { return "no plugin handles events" }
        let rows = handlers.map { handler in
            let counts = handler.counts
            let lost = counts.failed + counts.timedOut + counts.skipped + counts.dropped
            let notes = [
                ("failed", counts.failed), ("late", counts.timedOut), ("skipped", counts.skipped),
                ("dropped", counts.dropped),
            ].filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
            return [
                "\(handler.plugin)/\(handler.name)", "\(handler.priority)",
                "\(handler.waiting)", "\(counts.handled)", "\(lost)",
                ((handler.isStuck ? ["hangs"] : []) + [handler.topics.joined(separator: " ")] + notes)
                    .joined(separator: ", "),
            ]
        }
        return TextTable.aligned([["HANDLER", "PRIORITY", "WAITING", "DONE", "LOST", "TOPICS"]] + rows)
    }

    /// Who has changed a value, and who was skipped.
    static func notes(_ result: HookResult) -> [String] {
        if result.hooks == 0 { return ["no plugin has a hook at this stage"] }
        let changes = result.changedBy.isEmpty ? [] : ["changed by \(result.changedBy.joined(separator: ", "))"]
        return changes + result.failures.map { "skipped \($0.hook): \(LogText.oneLine($0.error))" }
    }

    /// The actions, by name.
    static func actions(_ actions: [ActionInfo]) -> String {
        guard !actions.isEmpty else { return "there is no action" }
        let rows = actions.map { action in
            [action.name, action.plugin, activation(of: action), action.description]
        }
        return TextTable.aligned([["ACTION", "PLUGIN", "ACTIVE", "DOES"]] + rows)
    }

    private static func activation(of action: ActionInfo) -> String {
        switch action.activation {
        case .always, .never: action.activation.rawValue
        case .keyword: (action.keywords ?? []).joined(separator: ",")
        case .random: "random \(action.probability ?? 0)"
        }
    }

    /// The gateways, by name.
    static func gateways(_ gateways: [GatewayStatus]) -> String {
        guard !gateways.isEmpty else { return "there is no message gateway" }
        let rows = gateways.map { gateway in
            let counts = gateway.counts
            let ways = [gateway.receives ? "receives" : nil, gateway.sends ? "sends" : nil].compactMap(\.self)
            let notes = [
                ("double", counts.doubles), ("limited", counts.limited), ("refused", counts.refused),
                ("not sent", counts.failed),
            ].filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
            return [
                gateway.name, gateway.plugin, gateway.isReady ? "ready" : "not ready",
                TextTable.cut(gateway.route.description, to: 24), "\(counts.received)", "\(counts.sent)",
                (ways + notes).joined(separator: ", "),
            ]
        }
        return TextTable.aligned([["GATEWAY", "PLUGIN", "STATE", "ROUTE", "IN", "OUT", "NOTE"]] + rows)
    }

    /// What became of a message.
    static func of(_ receipt: SendReceipt) -> String {
        "sent by \(receipt.gateway)\(receipt.id.map { ", as \($0)" } ?? "")"
    }
}
