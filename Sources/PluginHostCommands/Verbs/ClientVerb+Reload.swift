internal import PluginHost

extension ClientVerb {
    /// Reloads some plugins or all.
    static let reload = ClientVerb { (context) throws(CommandFailure) in
        let ids = context.arguments.operands
        guard ids.isEmpty == context.arguments.has("--all") else {
            throw .usage("reload needs either ID... or --all\nTry plugin-host reload --help")
        }
        let together = context.arguments.has("--together")
        guard !together || !ids.isEmpty else { throw .usage("--together needs the plugins, not --all") }
        var parameters: [String: JSONValue] = [:]
        if !ids.isEmpty { parameters["plugins"] = .array(ids.map(JSONValue.string)) }
        parameters["reason"] = context.arguments.value("--reason").map(JSONValue.string)
        let method = together ? "reloadTogether" : ids.isEmpty ? "reloadAll" : "reload"
        let request = parameters
        return { client in
            let answer = try client.request(method, request)
            try context.printResult(answer) { (results: [ReloadResult]) in
                results.isEmpty ? "there is no plugin" : results.map(ReloadText.of).joined(separator: "\n")
            }
            let results: [ReloadResult] = try answer.result()
            if !results.allSatisfy(\.success) { throw CommandFailure.failedAsPrinted }
        }
    }

    /// Goes back to an earlier generation.
    static let rollback = ClientVerb { (context) throws(CommandFailure) in
        var parameters: [String: JSONValue] = ["plugin": .string(context.arguments.operands[0])]
        if let text = context.arguments.value("--to") {
            guard let generation = Int64(text), generation > 0 else {
                throw .usage("--to needs the number of a generation, from 1 on, not \(text)")
            }
            parameters["generation"] = .integer(generation)
        }
        let request = parameters
        return { client in
            let answer = try client.request("rollback", request)
            try context.printResult(answer) { (result: ReloadResult) in ReloadText.of(result) }
            if !(try answer.result(ReloadResult.self).success) { throw CommandFailure.failedAsPrinted }
        }
    }

    /// Has a plugin begin again without its state.
    static let reset = ClientVerb { (context) throws(CommandFailure) in
        let id = context.arguments.operands[0]
        return { client in
            let answer = try client.request("reset", ["plugin": .string(id)])
            try context.printResult(answer) { (result: ReloadResult) in ReloadText.of(result) }
            if !(try answer.result(ReloadResult.self).success) { throw CommandFailure.failedAsPrinted }
        }
    }

    /// Moves a plugin to another process, or to the host's.
    static let isolate = ClientVerb { (context) throws(CommandFailure) in
        let operands = context.arguments.operands
        guard Isolation(operands[1]) != nil else {
            throw .usage("isolate knows in-process, process and group:NAME, not \(operands[1])")
        }
        return { client in
            let answer = try client.request(
                "isolate",
                ["plugin": .string(operands[0]), "isolation": .string(operands[1])]
            )
            try context.printResult(answer) { (result: ReloadResult) in ReloadText.of(result) }
            if !(try answer.result(ReloadResult.self).success) { throw CommandFailure.failedAsPrinted }
        }
    }

    /// Lists the builds that are set aside, or lets one be tried again.
    static let quarantine = ClientVerb { (context) throws(CommandFailure) in
        let operands = context.arguments.operands
        switch (operands[0], operands.count) {
        case ("list", 1):
            return { client in
                let answer = try client.request("quarantine.list")
                try context.printResult(answer) { (entries: [String: PluginStatus.Quarantine]) in
                    StatusText.quarantines(entries)
                }
            }
        case ("clear", 2):
            return { client in
                let answer = try client.request("quarantine.clear", ["plugin": .string(operands[1])])
                try context.printResult(answer) { (_: JSONValue) in "\(operands[1]): the quarantine is lifted" }
            }
        case ("clear", _): throw .usage("quarantine clear needs ID\nTry plugin-host quarantine --help")
        case ("list", _): throw .usage("quarantine list has no use for \(operands[1])")
        case (let action, _):
            let hint = UsageError.suggestion(for: action, among: ["list", "clear"])
            throw .usage("quarantine knows list and clear, not \(action)\(hint)")
        }
    }
}
