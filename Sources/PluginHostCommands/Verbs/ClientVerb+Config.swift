internal import PluginHost

extension ClientVerb {
    private static let actions = ["get", "set", "unset"]

    /// Shows or changes the settings of a plugin.
    static let config = ClientVerb { (context) throws(CommandFailure) in
        let operands = context.arguments.operands
        let action = operands[0]
        guard actions.contains(action) else {
            let hint = UsageError.suggestion(for: action, among: actions)
            throw .usage("config knows \(actions.joined(separator: ", ")), not \(action)\(hint)")
        }
        let wanted = ["get": 2, "set": 4, "unset": 3][action] ?? 0
        guard operands.count == wanted else {
            let form = ["get": "ID", "set": "ID KEY VALUE", "unset": "ID KEY"][action] ?? ""
            throw .usage("config \(action) needs \(form)\nTry plugin-host config --help")
        }
        var parameters: [String: JSONValue] = ["plugin": .string(operands[1])]
        if action != "get" { parameters["key"] = .string(operands[2]) }
        if action == "set" { parameters["value"] = value(operands[3]) }
        let request = parameters
        return { client in
            let answer = try client.request("config.\(action)", request)
            guard action != "get" else { return try context.printJSON(try answer.result(JSONValue.self)) }
            try context.printResult(answer) { (result: ConfigurationResult) in LifecycleText.configuration(result) }
            if try answer.result(ConfigurationResult.self).error != nil { throw CommandFailure.failedAsPrinted }
        }
    }

    /// What a word on the command line stands for: JSON if it is that, else itself.
    private static func value(_ text: String) -> JSONValue {
        (try? JSONCoding.decode(JSONValue.self, from: Array(text.utf8))) ?? .string(text)
    }
}
