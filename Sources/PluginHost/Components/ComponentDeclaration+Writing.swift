// The same JSON as plugins write, with everything said.
extension ComponentDeclaration {
    /// Whether nothing is declared.
    package var isEmpty: Bool { self == ComponentDeclaration() }

    /// The declaration as JSON.
    package var json: JSONValue {
        .object([
            "actions": .array(actions.map(\.json)), "handlers": .array(handlers.map(\.json)),
            "hooks": .array(hooks.map(\.json)), "gateways": .array(gateways.map(\.json)),
            "tasks": .array(tasks.map(\.json)), "methods": .array(methods.map { .string($0) }),
        ])
    }
}

extension ActionDeclaration {
    /// The action as JSON.
    package var json: JSONValue {
        let rule: [String: JSONValue] =
            switch activation {
            case .always: ["mode": .string("always")]
            case .keyword(let keywords): ["mode": .string("keyword"), "keywords": .array(keywords.map { .string($0) })]
            case .random(let probability): ["mode": .string("random"), "probability": .number(probability)]
            case .never: ["mode": .string("never")]
            }
        return .object([
            "name": .string(name), "description": .string(description), "parameters": parameters,
            "requires": .array(requires.map { .string($0) }), "activation": .object(rule),
            "parallel": .bool(isParallel), "deadline": .string(DurationText.format(deadline)),
        ])
    }
}

extension HandlerDeclaration {
    /// The handler as JSON.
    package var json: JSONValue {
        .object([
            "name": .string(name), "topics": .array(topics.map { .string($0) }), "priority": .integer(Int64(priority)),
            "deadline": .string(DurationText.format(deadline)), "queue": .integer(Int64(queue)),
            "overflow": .string(overflow.rawValue),
        ])
    }
}

extension HookDeclaration {
    /// The hook as JSON.
    package var json: JSONValue {
        .object([
            "name": .string(name), "stage": .string(stage), "priority": .integer(Int64(priority)),
            "deadline": .string(DurationText.format(deadline)),
        ])
    }
}

extension GatewayDeclaration {
    /// The gateway as JSON.
    package var json: JSONValue {
        .object([
            "name": .string(name), "platform": .string(platform), "account": .string(account), "scope": .string(scope),
            "protocol": .string(protocolName), "receives": .bool(receives), "sends": .bool(sends),
        ])
    }
}

extension TaskDeclaration {
    /// The task as JSON.
    package var json: JSONValue {
        var fields: [String: JSONValue] = [
            "name": .string(name), "missed": .string(missed.rawValue),
            "deadline": .string(DurationText.format(deadline)), "startsAutomatically": .bool(startsAutomatically),
        ]
        switch schedule {
        case .every(let interval): fields["every"] = .string(DurationText.format(interval))
        case .cron(let expression, let timeZone):
            fields["cron"] = .string(expression)
            if let timeZone { fields["timeZone"] = .string(timeZone) }
        }
        return .object(fields)
    }
}
