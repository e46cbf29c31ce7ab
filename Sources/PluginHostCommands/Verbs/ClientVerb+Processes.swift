internal import PluginHost

extension ClientVerb {
    private static let actions = ["list", "start", "stop", "restart"]

    /// Lists the managed programs, or starts, stops or restarts one.
    static let processes = ClientVerb { (context) throws(CommandFailure) in
        let operands = context.arguments.operands
        let action = operands.first ?? "list"
        guard actions.contains(action) else {
            let hint = UsageError.suggestion(for: action, among: actions)
            throw .usage("processes knows \(actions.joined(separator: ", ")), not \(action)\(hint)")
        }
        let atOnce = context.arguments.has("--now")
        guard !atOnce || ["stop", "restart"].contains(action) else {
            throw .usage("--now means nothing with processes \(action)")
        }
        guard action != "list" else {
            guard operands.count < 2 else { throw .usage("processes list has no use for \(operands[1])") }
            return { client in
                let answer = try client.request("processes.list")
                try context.printResult(answer) { (programs: [ProgramStatus]) in
                    ProgramText.of(programs, width: context.streams.width)
                }
            }
        }
        guard operands.count == 2 else {
            throw .usage("processes \(action) needs ID\nTry plugin-host processes --help")
        }
        var parameters: [String: JSONValue] = ["process": .string(operands[1])]
        if atOnce { parameters["atOnce"] = .bool(true) }
        let request = parameters
        return { client in
            let answer = try client.request("processes.\(action)", request)
            try context.printResult(answer) { (program: ProgramStatus) in ProgramText.line(program) }
        }
    }
}
